"""A scene that is slow to load and quick to render: a turning cube, and millions of hidden vertices.

It shows what a warm process is worth; `lumenyard bench warm` renders it.

Executable:  blender -b --factory-startup --python-exit-code 9 --python heavy.py -- OUT.blend [MILLIONS]
bpy:         python heavy.py -- OUT.blend [MILLIONS]
Works in Blender 3.4 and 4.5, and needs nothing beside it (no numpy). The file takes about 84 MB a million.
"""

import math
import os
import sys

import bpy

out, *rest = sys.argv[sys.argv.index("--") + 1 :]
side = round(math.sqrt((float(rest[0]) if rest else 4.0) * 1e6))

bpy.ops.wm.read_factory_settings(use_empty=False)
scene = bpy.context.scene
cube = bpy.data.objects["Cube"]
for frame, turn in ((1, 0.0), (24, math.pi)):
    cube.rotation_euler = (turn, turn / 2, 0)
    cube.keyframe_insert("rotation_euler", frame=frame)

# One square fewer than points to a side, in every version.
bpy.ops.mesh.primitive_grid_add(x_subdivisions=side - 1, y_subdivisions=side - 1, size=50, calc_uvs=False)
grid = bpy.context.object
grid.name = "heavy"
grid.hide_render = True  # loaded with the file, never rendered

render = scene.render
render.engine = "CYCLES"
scene.cycles.device, scene.cycles.samples = "CPU", 4
scene.cycles.use_denoising = scene.cycles.use_adaptive_sampling = False
render.resolution_x, render.resolution_y, render.resolution_percentage = 320, 180, 100
render.use_persistent_data = True
render.image_settings.file_format = "PNG"
scene.frame_start, scene.frame_end = 1, 24
bpy.ops.wm.save_as_mainfile(filepath=os.path.abspath(out), compress=False)
print("SCENE", out, len(grid.data.vertices), os.path.getsize(out))
