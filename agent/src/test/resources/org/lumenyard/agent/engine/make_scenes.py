"""Makes the scenes of the engine's tests:  blender -b --factory-startup --python make_scenes.py -- FOLDER"""

import os
import sys

import bpy

folder = sys.argv[sys.argv.index("--") + 1]


def path(name):
    return os.path.join(folder, name)


def start():
    """A cube before a lamp, quick to render."""
    bpy.ops.wm.read_factory_settings(use_empty=False)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples = "CPU", 2
    scene.cycles.use_denoising = scene.cycles.use_adaptive_sampling = False
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 160, 90, 100
    scene.render.image_settings.file_format = "PNG"
    scene.frame_start, scene.frame_end = 1, 24
    cube = bpy.data.objects["Cube"]
    for frame, turn in ((1, 0.0), (24, 3.0)):
        cube.rotation_euler[2] = turn
        cube.keyframe_insert("rotation_euler", frame=frame)
    return scene, cube


def save(name, **options):
    bpy.ops.wm.save_as_mainfile(filepath=path(name), copy=True, **options)


def script(name, text):
    """A text that Blender runs when the file is opened, if scripts are allowed."""
    block = bpy.data.texts.new(name)
    block.from_string(text)
    block.use_module = True


scene, cube = start()
save("plain.blend", compress=False)
save("compressed.blend", compress=True)
scene.cycles.samples, scene.render.resolution_percentage = 100_000, 1000
save("slow.blend")

scene, cube = start()
script("greet.py", "print('the scene says hello')")
save("script.blend")

scene, cube = start()
driver = cube.driver_add("location", 0).driver
driver.expression = "__import__('math').sin(frame)"
save("driver.blend")

scene, cube = start()
driver = cube.driver_add("location", 0).driver
driver.expression = "no_such_name(frame)"
save("bad_driver.blend")

scene, cube = start()
script("fail.py", "import bpy\ndef fail(scene, *rest):\n    raise ValueError('the rig is broken')\nbpy.app.handlers.frame_change_pre.append(fail)\n")
save("bad_handler.blend")

scene, cube = start()
script(
    "cut.py",
    "import bpy, os\ndef cut(scene, *rest):\n    p = scene.render.filepath\n    os.truncate(p, os.path.getsize(p) * 2 // 3)\n"
    "bpy.app.handlers.render_complete.append(cut)\n",
)
save("cutting.blend")

scene, cube = start()
image = bpy.data.images.new("tex", 8, 8)
image.filepath_raw, image.file_format = path("texture.png"), "PNG"
image.save()
image.source = "FILE"
material = cube.data.materials[0]
material.use_nodes = True
node = material.node_tree.nodes.new("ShaderNodeTexImage")
node.image = image
material.node_tree.links.new(node.outputs["Color"], material.node_tree.nodes["Principled BSDF"].inputs["Base Color"])
save("texture.blend")
os.remove(path("texture.png"))

scene, cube = start()
with bpy.data.libraries.load(path("plain.blend"), link=True) as (source, target):
    target.objects = ["Cube"]
for thing in target.objects:
    scene.collection.objects.link(thing)
save("linking.blend")

scene, cube = start()
bpy.data.objects.remove(scene.camera)
save("no_camera.blend")

scene, cube = start()
scene.cycles.device = "GPU"
scene.view_layers.new("second")
other = bpy.data.cameras.new("other")
scene.collection.objects.link(bpy.data.objects.new("other", other))
bpy.data.scenes.new("annex")
save("gpu.blend")

scene, cube = start()
cube.animation_data_clear()
save("still.blend")
for lamp in [thing for thing in bpy.data.objects if thing.type == "LIGHT"]:
    bpy.data.objects.remove(lamp)
scene.world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0
save("dark.blend")

with open(path("plain.blend"), "rb") as whole:
    data = whole.read()
with open(path("cut.blend"), "wb") as part:
    part.write(data[: len(data) // 2])
with open(path("junk.blend"), "wb") as junk:
    junk.write(b"this is no scene\n" * 100)
open(path("empty.blend"), "wb").close()
os.mkdir(path("folder.blend"))
print("SCENES MADE")
