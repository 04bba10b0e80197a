"""The demo film's scene: a low-poly island with a lighthouse, from late sun to lamp light, one slow orbit.

Executable:  blender -b --factory-startup --python-exit-code 9 --python lighthouse.py -- OUT.blend [FRAMES]
bpy:         python lighthouse.py -- OUT.blend [FRAMES]
Works in Blender 3.4 and 4.5; Cycles on the CPU, clean enough at 20 samples without a denoiser: about 1 s a frame on 2 cores. Everything is generated from one seed:
equal arguments give an equal scene.
"""

import math
import os
import random
import sys

import bpy
from mathutils import Vector, noise

out, *rest = sys.argv[sys.argv.index("--") + 1 :]
frames = int(rest[0]) if rest else 24
rng = random.Random(7)

bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
scene.frame_start, scene.frame_end = 1, frames


def along(frame: int) -> float:
    """Where `frame` stands in the film, 0 to 1."""
    return (frame - 1) / max(1, frames - 1)


def rgb(hex_colour: str):
    """sRGB hex to linear RGBA."""
    values = [int(hex_colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values] + [1.0]


def material(name, colour, roughness=0.8, metallic=0.0, emission=None):
    m = bpy.data.materials.new(name)
    m.use_nodes = True
    shader = m.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = rgb(colour)
    shader.inputs["Roughness"].default_value = roughness
    shader.inputs["Metallic"].default_value = metallic
    if emission is not None:
        key = "Emission Color" if "Emission Color" in shader.inputs else "Emission"
        shader.inputs[key].default_value = rgb(colour)
        shader.inputs["Emission Strength"].default_value = emission
        # Seen, but not sampled as a light: a point light beside it does that with far less noise.
        if hasattr(m.cycles, "emission_sampling"):
            m.cycles.emission_sampling = "NONE"
        else:
            m.cycles.sample_as_light = False
    return m


def mesh(name, vertices, faces, mat, location=(0, 0, 0), rotation=(0, 0, 0)):
    data = bpy.data.meshes.new(name)
    data.from_pydata(vertices, [], faces)
    data.update()
    data.materials.append(mat)
    thing = bpy.data.objects.new(name, data)
    thing.location, thing.rotation_euler = location, rotation
    scene.collection.objects.link(thing)
    return thing


def lathe(name, profile, mat, sides=10, **place):
    """A solid of revolution: profile is a list of (radius, height), bottom to top, closed at both ends."""
    vertices = [
        (r * math.cos(2 * math.pi * i / sides), r * math.sin(2 * math.pi * i / sides), z)
        for r, z in profile
        for i in range(sides)
    ]
    faces = [
        (k * sides + i, k * sides + (i + 1) % sides, (k + 1) * sides + (i + 1) % sides, (k + 1) * sides + i)
        for k in range(len(profile) - 1)
        for i in range(sides)
    ]
    faces += [tuple(reversed(range(sides))), tuple(range((len(profile) - 1) * sides, len(profile) * sides))]
    return mesh(name, vertices, faces, mat, **place)


stone, grass, sand = material("stone", "8C7F78"), material("grass", "6E8B4A"), material("sand", "D9C29A")
white, red, wood = material("white", "F2EDE4", 0.6), material("red", "C4472F", 0.6), material("wood", "7A5236")
leaf, dark = material("leaf", "3F6B4B"), material("iron", "2A2D33", 0.4)
sea = material("sea", "1F5F74", 0.08)
lamp = material("lamp", "FFD27A", 0.5, emission=0.0)
window = material("window", "FFC766", 0.5, emission=0.0)


def height(x, y):
    """Island height above the sea at (x, y)."""
    r = math.hypot(x * 0.85, y)
    base = 2.3 * math.exp(-((r / 3.1) ** 2.6)) - 0.55
    return base + 0.55 * noise.noise(Vector((x * 0.45, y * 0.45, 3.0))) * math.exp(-((r / 4.5) ** 2))


side, span = 46, 7.0
grid = [(-span + 2 * span * i / (side - 1), -span + 2 * span * j / (side - 1)) for j in range(side) for i in range(side)]
grid = [(x + rng.uniform(-0.09, 0.09), y + rng.uniform(-0.09, 0.09)) for x, y in grid]
land = bpy.data.meshes.new("island")
triangles = []
for j in range(side - 1):
    for i in range(side - 1):
        a, b, c, d = j * side + i, j * side + i + 1, (j + 1) * side + i + 1, (j + 1) * side + i
        triangles += [(a, b, c), (a, c, d)] if (i + j) % 2 else [(a, b, d), (b, c, d)]
points = [(x, y, height(x, y)) for x, y in grid]
land.from_pydata(points, [], triangles)
land.update()
for m in (sand, grass, stone):
    land.materials.append(m)
for polygon in land.polygons:
    z = sum(points[v][2] for v in polygon.vertices) / 3
    steep = polygon.normal.z < 0.72
    polygon.material_index = 2 if steep and z > 0.25 else 0 if z < 0.22 else 1
scene.collection.objects.link(bpy.data.objects.new("island", land))

# The sea: a faceted sheet with moving waves (shape keys would do; a handful of keyed waves is cheaper to load).
waves = 60
sheet = [(-40 + 80 * i / waves, -40 + 80 * j / waves, 0) for j in range(waves + 1) for i in range(waves + 1)]
quads = [
    (j * (waves + 1) + i, j * (waves + 1) + i + 1, (j + 1) * (waves + 1) + i + 1, (j + 1) * (waves + 1) + i)
    for j in range(waves)
    for i in range(waves)
]
water = mesh("sea", sheet, quads, sea)
wave = water.modifiers.new("swell", "WAVE")
wave.height, wave.width, wave.narrowness, wave.speed = 0.14, 3.2, 0.6, 0.12
wave.start_position_x, wave.start_position_y, wave.time_offset = 30, 18, -400

# The open sea beyond the sheet, so that the horizon is straight.
far = 900
inner, outer = 39.5, far
ring = [(x * inner, y * inner, -0.06) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
ring += [(x * outer, y * outer, -0.06) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
mesh("open sea", ring, [(i, 4 + i, 4 + (i + 1) % 4, (i + 1) % 4) for i in range(4)], sea)

# The lighthouse
top = height(0.2, 0.3) - 0.1
tower = dict(location=(0.2, 0.3, top))
radius = lambda z: 0.62 - 0.075 * z
for k in range(6):
    low, high = k * 0.62, (k + 1) * 0.62
    lathe(f"tower{k}", [(radius(low), low), (radius(high), high)], red if k % 2 else white, 12, **tower)
lathe("gallery", [(0.55, 3.70), (0.60, 3.74), (0.60, 3.84), (0.36, 3.84)], dark, 12, **tower)
lathe("lamp", [(0.20, 3.86), (0.24, 4.02), (0.24, 4.28), (0.20, 4.40)], lamp, 8, **tower)
for i in range(6):
    a = i * math.pi / 3
    lathe(f"bar{i}", [(0.025, 3.84), (0.025, 4.44)], dark, 6, location=(0.2 + 0.31 * math.cos(a), 0.3 + 0.31 * math.sin(a), top))
lathe("roof", [(0.42, 4.42), (0.30, 4.58), (0.03, 4.86), (0.02, 5.1)], red, 10, **tower)

# A cottage with a lit window, a jetty, a boat, trees, rocks
def cottage(x, y, turn):
    z = height(x, y) - 0.08
    w, d, h, r = 0.62, 0.42, 0.55, 0.42
    body = [(-w, -d, 0), (w, -d, 0), (w, d, 0), (-w, d, 0), (-w, -d, h), (w, -d, h), (w, d, h), (-w, d, h), (-w, 0, h + r), (w, 0, h + r)]
    mesh("cottage", body, [(0, 1, 5, 4), (1, 2, 6, 9, 5), (2, 3, 7, 6), (3, 0, 4, 8, 7)], white, (x, y, z), (0, 0, turn))
    o = 0.08
    roof = [(-w - o, -d - o, h - 0.07), (w + o, -d - o, h - 0.07), (w + o, 0, h + r + 0.03), (-w - o, 0, h + r + 0.03), (-w - o, d + o, h - 0.07), (w + o, d + o, h - 0.07)]
    mesh("cottage roof", roof, [(0, 1, 2, 3), (3, 2, 5, 4)], red, (x, y, z), (0, 0, turn))
    for wx in (-0.3, 0.28):
        pane = [(wx - 0.1, -d - 0.01, 0.18), (wx + 0.1, -d - 0.01, 0.18), (wx + 0.1, -d - 0.01, 0.4), (wx - 0.1, -d - 0.01, 0.4)]
        mesh("pane", pane, [(0, 1, 2, 3)], window, (x, y, z), (0, 0, turn))


cottage(1.75, -0.55, 0.35)
for k in range(7):
    mesh("plank", [(-0.3, -0.16, 0), (0.3, -0.16, 0), (0.3, 0.16, 0), (-0.3, 0.16, 0)], [(0, 1, 2, 3)], wood, (0.6 + 0.12 * k, -2.9 - 0.36 * k, 0.33 + rng.uniform(-0.015, 0.015)), (0, 0, 0.3))
boat = lathe("boat", [(0.05, 0.0), (0.30, 0.10), (0.42, 0.30), (0.40, 0.34)], red, 8)
boat.scale = (1.9, 0.8, 1)
mast = lathe("mast", [(0.03, 0.2), (0.02, 1.9)], wood, 6)
sail = mesh("sail", [(0, 0, 0.45), (0.95, 0.05, 0.5), (0, 0, 1.8)], [(0, 1, 2)], white)
mast.parent = sail.parent = boat
for child in (mast, sail):
    child.scale = (1 / 1.9, 1 / 0.8, 1)
for f in range(1, frames + 1):
    t = along(f)
    boat.location = (-5.0 + 4.0 * t, -5.2 + 0.9 * t, -0.06 + 0.05 * math.sin(t * 9))
    boat.rotation_euler = (0.05 * math.sin(t * 11), 0.04 * math.cos(t * 9), 0.2)
    boat.keyframe_insert("location", frame=f)
    boat.keyframe_insert("rotation_euler", frame=f)
placed = 0
while placed < 26:
    x, y = rng.uniform(-3.4, 3.4), rng.uniform(-3.2, 3.2)
    z = height(x, y)
    if z < 0.45 or math.hypot(x - 0.2, y - 0.3) < 1.0 or math.hypot(x - 1.75, y + 0.55) < 1.1 or (abs(x - 0.9) < 0.9 and y < -0.9):
        continue
    s = rng.uniform(0.55, 1.0)
    lathe("trunk", [(0.05 * s, -0.1), (0.04 * s, 0.4 * s)], wood, 5, location=(x, y, z))
    lathe("crown", [(0.30 * s, 0.25 * s), (0.20 * s, 0.62 * s), (0.02, 1.15 * s)], leaf, 7, location=(x, y, z), rotation=(0, 0, rng.uniform(0, 3)))
    placed += 1
for k in range(18):
    a, r = rng.uniform(0, 2 * math.pi), rng.uniform(3.2, 5.2)
    s = rng.uniform(0.12, 0.42)
    lathe("rock", [(s, -0.3), (s * 0.9, s * 0.35), (s * 0.35, s * 0.75)], stone, 6, location=(r * math.cos(a), r * math.sin(a), 0), rotation=(rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3), rng.uniform(0, 3)))

# The lamp's two beams: cones of light that are seen and light nothing, so they cost no noise.
def beam_material():
    m = bpy.data.materials.new("beam")
    m.use_nodes = True
    nodes, links = m.node_tree.nodes, m.node_tree.links
    nodes.clear()
    out, add = nodes.new("ShaderNodeOutputMaterial"), nodes.new("ShaderNodeAddShader")
    clear, glow = nodes.new("ShaderNodeBsdfTransparent"), nodes.new("ShaderNodeEmission")
    place, split, fade = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ"), nodes.new("ShaderNodeMapRange")
    edge, soft, power = nodes.new("ShaderNodeLayerWeight"), nodes.new("ShaderNodeMath"), nodes.new("ShaderNodeMath")
    strength = nodes.new("ShaderNodeMath")
    glow.inputs["Color"].default_value = rgb("FFD890")
    links.new(place.outputs["Generated"], split.inputs[0])
    links.new(split.outputs["Z"], fade.inputs["Value"])
    fade.inputs["From Min"].default_value, fade.inputs["From Max"].default_value = 0.0, 1.0
    fade.inputs["To Min"].default_value, fade.inputs["To Max"].default_value = 1.0, 0.0
    edge.inputs["Blend"].default_value = 0.5
    soft.operation, power.operation, strength.operation = "SUBTRACT", "MULTIPLY", "MULTIPLY"
    soft.inputs[0].default_value = 1.0
    links.new(edge.outputs["Facing"], soft.inputs[1])
    links.new(soft.outputs[0], power.inputs[0])
    links.new(fade.outputs["Result"], power.inputs[1])
    links.new(power.outputs[0], strength.inputs[0])
    links.new(strength.outputs[0], glow.inputs["Strength"])
    links.new(clear.outputs[0], add.inputs[0])
    links.new(glow.outputs[0], add.inputs[1])
    links.new(add.outputs[0], out.inputs["Surface"])
    if hasattr(m.cycles, "emission_sampling"):
        m.cycles.emission_sampling = "NONE"
    else:
        m.cycles.sample_as_light = False
    return m, strength.inputs[1]


light_beam, beam_strength = beam_material()
turntable = bpy.data.objects.new("turntable", None)
turntable.location = (0.2, 0.3, top + 4.14)
scene.collection.objects.link(turntable)
for side_turn in (0, math.pi):
    cone = [(0.1 * math.cos(a), 0.1 * math.sin(a), 0.2) for a in (math.pi * i / 12 for i in range(24))]
    cone += [(1.15 * math.cos(a), 1.15 * math.sin(a), 13) for a in (math.pi * i / 12 for i in range(24))]
    ray = mesh("ray", cone, [(i, (i + 1) % 24, 24 + (i + 1) % 24, 24 + i) for i in range(24)], light_beam)
    for polygon in ray.data.polygons:
        polygon.use_smooth = True
    ray.parent, ray.rotation_euler = turntable, (math.pi / 2, 0, side_turn)
    for seen_by in ("visible_diffuse", "visible_glossy", "visible_shadow"):
        setattr(ray, seen_by, False)

# Light: a low sun that sets, a sky that follows it, the lamp that takes over
sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
sun.data.angle = 0.02
scene.collection.objects.link(sun)
world = bpy.data.worlds.new("sky")
scene.world = world
world.use_nodes = True
world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", 256
nodes, links = world.node_tree.nodes, world.node_tree.links
background = nodes["Background"]
coordinate, split, ramp = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ"), nodes.new("ShaderNodeValToRGB")
links.new(coordinate.outputs["Generated"], split.inputs[0])
links.new(split.outputs["Z"], ramp.inputs[0])
links.new(ramp.outputs["Color"], background.inputs["Color"])
ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.0, 0.30
middle = ramp.color_ramp.elements.new(0.11)
low, middle, high = ramp.color_ramp.elements
spot = bpy.data.objects.new("beam", bpy.data.lights.new("beam", "POINT"))
spot.data.color, spot.data.shadow_soft_size, spot.location = (1.0, 0.72, 0.38), 0.2, (0.2, 0.3, top + 4.14)
scene.collection.objects.link(spot)


def mix(a, b, t):
    return [x + (y - x) * t for x, y in zip(a, b)]


def key(owner, path, value, frame):
    setattr(owner, path, value)
    owner.keyframe_insert(path, frame=frame)


emission = lambda m: m.node_tree.nodes["Principled BSDF"].inputs["Emission Strength"]
for f in range(1, frames + 1):
    t = along(f)
    dusk = min(1.0, max(0.0, (t - 0.15) / 0.75))
    sun_height = math.radians(34 - 28 * dusk)
    turn = math.radians(38 + 12 * t)
    key(sun, "rotation_euler", (math.pi / 2 - sun_height, 0, turn), f)
    key(sun.data, "energy", 2.9 * (1 - 0.6 * dusk), f)
    key(sun.data, "color", mix((1.0, 0.9, 0.74), (1.0, 0.46, 0.22), dusk), f)
    key(low, "color", mix(rgb("FDE6C0"), rgb("FFA45C"), dusk), f)
    key(middle, "color", mix(rgb("B9D3E0"), rgb("D97C82"), dusk), f)
    key(high, "color", mix(rgb("5B9BD0"), rgb("37427F"), dusk), f)
    key(background.inputs["Strength"], "default_value", 0.80 - 0.25 * dusk, f)
    glow_on = max(0.0, (dusk - 0.35) / 0.65)
    key(emission(lamp), "default_value", 7 * glow_on, f)
    key(emission(window), "default_value", 2.6 * glow_on, f)
    key(spot.data, "energy", 190 * glow_on, f)
    key(beam_strength, "default_value", 0.55 * glow_on, f)
    key(turntable, "rotation_euler", (0.05, 0, math.radians(-20 + 150 * t)), f)

camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
scene.collection.objects.link(camera)
scene.camera = camera
camera.data.lens = 33
for f in range(1, frames + 1):
    t = along(f)
    a = math.radians(-72 + 40 * t)
    camera.location = (15 * math.cos(a), 15 * math.sin(a), 4.4 - 1.0 * t)
    camera.rotation_euler = (Vector((0.15, 0.0, 3.0)) - camera.location).to_track_quat("-Z", "Y").to_euler()
    camera.keyframe_insert("location", frame=f)
    camera.keyframe_insert("rotation_euler", frame=f)

render = scene.render
render.engine = "CYCLES"
scene.cycles.device, scene.cycles.samples = "CPU", 20
scene.cycles.use_denoising = False
scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.glossy_bounces = 4, 2, 2
scene.cycles.sample_clamp_indirect = 3.0
scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
scene.view_settings.view_transform = "Standard"
render.resolution_x, render.resolution_y, render.fps = 512, 288, 12
render.use_persistent_data = True
render.image_settings.file_format = "PNG"
render.filepath = "//frames/frame_####"
bpy.ops.wm.save_as_mainfile(filepath=os.path.abspath(out), compress=True)
print("SCENE", out, os.path.getsize(out))
