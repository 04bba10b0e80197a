"""Makes the scenes of the whole-farm tests:  blender -b --factory-startup --python scenes.py -- FOLDER"""

import os
import sys

import bpy

folder = sys.argv[sys.argv.index("--") + 1]


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
    return scene


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, name + ".blend"), copy=True)


def script(name, text):
    """A text that Blender runs when the file is opened, where scripts are allowed."""
    block = bpy.data.texts.new(name)
    block.from_string(text)
    block.use_module = True


scene = start()
save("plain")
save("replaced")
scene.cycles.samples, scene.render.resolution_percentage = 100_000, 1000
save("slow")

start()
script("fail.py", "import bpy\ndef fail(scene, *rest):\n    raise ValueError('the rig is broken')\nbpy.app.handlers.frame_change_pre.append(fail)\n")
save("handler")

# Picks the third frame's rendering to fail, unless a file says that all is well now.
start()
script(
    "third.py",
    "import bpy, os\ndef fail(scene, *rest):\n    if scene.frame_current == 3 and not os.path.exists(bpy.path.abspath('//mended')):\n"
    "        raise ValueError('the third frame is broken')\nbpy.app.handlers.frame_change_pre.append(fail)\n",
)
save("third")

start()
script(
    "cut.py",
    "import bpy, os\ndef cut(scene, *rest):\n    p = scene.render.filepath\n    os.truncate(p, os.path.getsize(p) * 2 // 3)\n"
    "bpy.app.handlers.render_complete.append(cut)\n",
)
save("cutting")
