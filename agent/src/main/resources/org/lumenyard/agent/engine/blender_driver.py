"""Renders frames of one scene on request, inside Blender. Started by the agent, in one of two ways:

    blender -b --factory-startup -noaudio --python-exit-code 9 --python blender_driver.py
    python blender_driver.py                        (where Blender is the Python module bpy)

It reads requests from standard input, one JSON object a line, and answers each with one line that
begins with "@@ ", between the lines that Blender itself prints.

    {"op": "open", "scene": "/a/b.blend", "allowScripts": false}
    {"op": "prepare", ...the job's wishes...}       puts back the scene's own values first
    {"op": "render", "frame": 7, "part": "/out/.12.part.f_0007.png"}
    {"op": "thumbnail", "picture": "/out/x.exr", "thumbnail": "/scratch/x.jpg", "width": 480}
    {"op": "quit"}

An answer has "ok"; where that is false, also "reason" (a code) and "sentence" (for people).
Needs nothing but Blender's own Python; works from 2.93 to 5.0.
"""

import ctypes
import fcntl
import json
import os
import sys
import time

import bpy


class Refused(Exception):
    """A request that cannot be fulfilled, with a reason code and a sentence."""

    def __init__(self, reason, sentence):
        super().__init__(sentence)
        self.reason = reason


def memory_mib(field):
    """VmRSS (now) or VmHWM (most so far) of this process in MiB."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) // 1024
    except OSError:
        pass
    return 0


try:
    C_LIBRARY = ctypes.CDLL(None)
except OSError:
    C_LIBRARY = None


def reply(**answer):
    """Writes one answer. Blender prints through C's buffer, so that one is emptied first."""
    answer["residentMiB"] = memory_mib("VmRSS")
    answer["peakMiB"] = memory_mib("VmHWM")
    sys.stdout.flush()
    if C_LIBRARY is not None:
        C_LIBRARY.fflush(None)
    text = ("\n@@ " + json.dumps(answer) + "\n").encode("utf-8", "replace")
    while text:
        text = text[os.write(1, text):]


# --- Opening ---------------------------------------------------------------------------------


def stamp(path):
    """What tells one state of a file from another, or None when it is not there."""
    try:
        found = os.stat(path)
        return (found.st_mtime_ns, found.st_size, found.st_ino)
    except OSError:
        return None


def external_files():
    """Every file that the open scene needs beside itself: absolute path -> what it is."""
    files = {}

    def add(path, what, library=None):
        if path and not path.startswith("<"):
            files.setdefault(os.path.normpath(bpy.path.abspath(path, library=library)), what)

    for library in bpy.data.libraries:
        # A library that a library links carries its path relative to that one.
        add(library.filepath, "library", library.parent)
    for image in bpy.data.images:
        if image.packed_file or image.source not in {"FILE", "SEQUENCE", "MOVIE", "TILED"}:
            continue
        if len(getattr(image, "packed_files", ())) > 0 or image.users == 0:
            continue
        path = image.filepath
        if image.source == "TILED" and "<UDIM>" in path:
            for tile in image.tiles:
                add(path.replace("<UDIM>", str(tile.number)), "texture", image.library)
        elif "<UVTILE>" not in path:
            add(path, "texture", image.library)
    for font in bpy.data.fonts:
        if not font.packed_file and font.filepath != "<builtin>":
            add(font.filepath, "font", font.library)
    for kind, what in (("cache_files", "cache"), ("movieclips", "movie clip"), ("volumes", "volume")):
        for thing in getattr(bpy.data, kind, ()):
            # An animated volume names its first file; the others are found while rendering.
            if not getattr(thing, "packed_file", None):
                add(thing.filepath, what, thing.library)
    return files


class Opened:
    """The scene file that this process holds."""

    def __init__(self, path, allow_scripts):
        self.path = path
        self.allow_scripts = allow_scripts
        self.stamps = {}
        self.missing = []
        self.changed = []  # undo list: (owner, name, value), newest last

    def is_current(self):
        return all(stamp(path) == then for path, then in self.stamps.items())

    def set(self, owner, name, value):
        """Changes a setting for the coming job, remembering the scene's own value."""
        self.changed.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    def put_back(self):
        again = []
        while self.changed:
            owner, name, value = self.changed.pop()
            try:
                setattr(owner, name, value)
            except TypeError:  # a format of a group that is put back only after it
                again.append((owner, name, value))
        for owner, name, value in again:
            setattr(owner, name, value)


opened = None


def check_scripts():
    """Blender notes what it did not run; drivers are noted when they are first evaluated."""
    if not opened.allow_scripts and bpy.app.autoexec_fail:
        what = " ".join((bpy.app.autoexec_fail_message or "a script").split())
        raise Refused(
            "scripts_blocked",
            f"The scene contains scripts or Python drivers that were not run ({what}), so its pictures could be wrong: "
            "submit the job with allowScripts: true if you trust the file.",
        )


def check_header(path):
    """Tells what is wrong with a file that is no .blend at all; the rest is left to Blender."""
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file:
            start = file.read(7)
    except FileNotFoundError:
        raise Refused("missing_file", f"The scene file {path} is not there.") from None
    except IsADirectoryError:
        raise Refused("bad_scene", f"{path} is a folder, not a scene file.") from None
    except OSError as error:
        raise Refused("missing_file", f"The scene file {path} cannot be read: {error.strerror}.") from None
    compressed = start[:2] == b"\x1f\x8b" or start[:4] == b"\x28\xb5\x2f\xfd"
    if not compressed and start != b"BLENDER":
        what = "is empty" if not start else "is not a Blender file"
        raise Refused("bad_scene", f"The scene file {name} {what}.")


def open_scene(request):
    global opened
    path, allow_scripts = request["scene"], bool(request.get("allowScripts"))
    if opened and (opened.path, opened.allow_scripts) == (path, allow_scripts) and opened.is_current():
        opened.put_back()
        return {"seconds": 0.0, "reused": True, **facts()}
    opened = None
    began = time.monotonic()
    check_header(path)
    try:
        done = bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=allow_scripts)
    except RuntimeError as error:
        raise Refused("bad_scene", unreadable(path, str(error))) from None
    if "FINISHED" not in done or os.path.normpath(bpy.data.filepath) != os.path.normpath(path):
        raise Refused("bad_scene", f"Blender could not open the scene file {os.path.basename(path)}.")
    opened = Opened(path, allow_scripts)
    check_scripts()
    files = external_files()
    opened.missing = [f"{what} {file}" for file, what in files.items() if not os.path.exists(file)]
    opened.stamps = {file: stamp(file) for file in (path, *files)}
    return {"seconds": round(time.monotonic() - began, 3), "reused": False, **facts()}


def unreadable(path, text):
    name = os.path.basename(path)
    for sign in ("Missing DNA", "incomplete", "unexpected end", "Failed to read", "truncated"):
        if sign.lower() in text.lower():
            return f"The scene file {name} is cut off or damaged."
    return f"Blender could not open the scene file {name}: {last_line(text)}"


def facts():
    scene = bpy.context.scene
    return {
        "fileVersion": list(bpy.data.version),
        "frames": [scene.frame_start, scene.frame_end],
        "format": scene.render.image_settings.file_format,
        "missing": opened.missing,
    }


# --- Preparing -------------------------------------------------------------------------------

GPU_KINDS = ("OPTIX", "CUDA", "HIP", "ONEAPI", "METAL")


def named(collection, name, what):
    thing = collection.get(name)
    if thing is None:
        known = ", ".join(one.name for one in collection) or "none"
        raise Refused("bad_settings", f'The scene file has no {what} "{name}"; it has: {known}.')
    return thing


def prepare(request):
    """Puts the job's wishes into the scene, and tells what will come out."""
    if opened is None:
        raise Refused("bad_settings", "No scene is open.")
    opened.put_back()
    scene = named(bpy.data.scenes, request["sceneName"], "scene") if request.get("sceneName") else bpy.context.scene
    opened.scene, opened.camera = scene, None
    render = scene.render
    if request.get("camera"):
        camera = named(bpy.data.objects, request["camera"], "camera")
        if camera.type != "CAMERA":
            raise Refused("bad_settings", f'"{camera.name}" is no camera but a {camera.type.lower()}.')
        opened.set(scene, "camera", camera)
        opened.camera = camera
    if request.get("viewLayer"):
        chosen = named(scene.view_layers, request["viewLayer"], "view layer")
        for layer in scene.view_layers:
            opened.set(layer, "use", layer == chosen)
    if request.get("engine"):
        choose_engine(render, request["engine"])
    if request.get("resolution"):
        width, height = request["resolution"]
        opened.set(render, "resolution_x", width)
        opened.set(render, "resolution_y", height)
    if request.get("percentage"):
        opened.set(render, "resolution_percentage", request["percentage"])
    if request.get("samples"):
        choose_samples(scene, request["samples"])
    if request.get("format"):
        choose_format(render, request["format"])
    opened.set(render, "threads_mode", "FIXED")
    opened.set(render, "threads", max(1, min(1024, request["threads"])))
    # The part's name is given whole; overwriting is the point; a stand-in for the frame is not.
    for name, value in (("use_file_extension", False), ("use_overwrite", True), ("use_placeholder", False)):
        opened.set(render, name, value)
    opened.lock_folder, opened.run = request.get("lockFolder"), request.get("run", 0)
    return {"engine": render.engine, "layers": layers(scene), **choose_device(scene, request.get("device") or "CPU"), **size(render)}


def layers(scene):
    return max(1, sum(1 for layer in scene.view_layers if layer.use))


def size(render):
    width = int(render.resolution_x * render.resolution_percentage / 100)
    height = int(render.resolution_y * render.resolution_percentage / 100)
    if render.use_border and render.use_crop_to_border:
        return {"width": 0, "height": 0}  # Blender rounds borders its own way: not judged
    return {"width": max(1, width), "height": max(1, height)}


def choose_engine(render, wanted):
    names = {"CYCLES": ("CYCLES",), "WORKBENCH": ("BLENDER_WORKBENCH",), "EEVEE": ("BLENDER_EEVEE_NEXT", "BLENDER_EEVEE")}
    for name in names.get(wanted.upper(), (wanted,)):
        try:
            opened.set(render, "engine", name)
            return
        except TypeError:
            opened.changed.pop()
    raise Refused("bad_settings", f'This Blender has no render engine "{wanted}"; usual ones are CYCLES, EEVEE, WORKBENCH.')


def choose_samples(scene, samples):
    if scene.render.engine == "CYCLES":
        opened.set(scene.cycles, "samples", samples)
    elif "EEVEE" in scene.render.engine:
        opened.set(scene.eevee, "taa_render_samples", samples)


def choose_format(render, wanted):
    image = render.image_settings
    if hasattr(image, "media_type"):  # from 5.0 on, formats are grouped
        opened.set(image, "media_type", "MULTI_LAYER_IMAGE" if wanted == "OPEN_EXR_MULTILAYER" else "IMAGE")
    # Blender changes these when the format cannot hold them, so they are remembered before it.
    for name in ("color_mode", "color_depth"):
        opened.set(image, name, getattr(image, name))
    try:
        opened.set(image, "file_format", wanted)
    except TypeError:
        opened.changed.pop()
        raise Refused("bad_settings", f"This Blender cannot write {wanted} files.") from None


def choose_device(scene, wanted):
    """Sees to it that a GPU that was asked for is there: Cycles would silently use the CPU."""
    if scene.render.engine != "CYCLES":
        return {"device": "CPU" if scene.render.engine == "BLENDER_WORKBENCH" else "", "sceneWantsGpu": False}
    wants_gpu = scene.cycles.device == "GPU"
    if wanted == "SCENE":
        wanted = "GPU" if wants_gpu else "CPU"
    if wanted == "CPU":
        opened.set(scene.cycles, "device", "CPU")
        return {"device": "CPU", "sceneWantsGpu": wants_gpu}
    preferences = bpy.context.preferences.addons["cycles"].preferences
    kinds = GPU_KINDS if wanted == "GPU" else (wanted,)
    for kind in kinds:
        if switch_on(preferences, kind):
            opened.set(scene.cycles, "device", "GPU")
            return {"device": kind, "sceneWantsGpu": wants_gpu}
    asked = "a GPU" if wanted == "GPU" else f"a GPU ({wanted})"
    raise Refused("gpu_missing", f"The job asks for {asked}, and Cycles finds none on this node; it would have rendered on the CPU.")


def switch_on(preferences, kind):
    try:
        preferences.compute_device_type = kind
    except TypeError:
        return False  # not in this build
    try:
        preferences.get_devices_for_type(kind)
    except (AttributeError, TypeError, ValueError):
        preferences.get_devices()
    found = False
    for device in preferences.devices:
        device.use = device.type == kind
        found = found or device.use
    return found


# --- Rendering -------------------------------------------------------------------------------


def boot_millis():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class FrameLock:
    """For tests: a kernel lock per frame, and a record of what was rendered by whom and when."""

    def __init__(self, folder, run, frame):
        self.folder, self.run, self.frame, self.file = folder, run, frame, None

    def __enter__(self):
        if self.folder:
            path = os.path.join(self.folder, f"{self.frame}.lock")
            self.file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(self.file)
                raise Refused("twice_at_once", f"Frame {self.frame} is being rendered twice at once.") from None
            self.began = boot_millis()
        return self

    def __exit__(self, kind, error, trace):
        if self.file is None:
            return
        line = f"{os.getpid()} {self.run} {self.frame} {self.began} {boot_millis()}\n"
        record = os.open(os.path.join(self.folder, "record.txt"), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o666)
        os.write(record, line.encode("ascii"))
        os.close(record)
        os.close(self.file)


def render_frame(request):
    scene, frame, part = opened.scene, request["frame"], request["part"]
    began = time.monotonic()
    with FrameLock(opened.lock_folder, opened.run, frame):
        scene.frame_set(frame)
        check_scripts()
        if opened.camera is not None:
            scene.camera = opened.camera  # a marker of the time line may have chosen another
        # From 4.5 on, braces in a path name template variables.
        braces = bpy.app.version >= (4, 5, 0)
        scene.render.filepath = part.replace("{", "{{").replace("}", "}}") if braces else part
        try:
            done = bpy.ops.render.render(write_still=True, scene=scene.name)
        except RuntimeError as error:
            raise Refused(*render_error(str(error), part)) from None
    if "FINISHED" not in done:
        raise Refused("program_failed", f"Blender did not finish frame {frame}.")
    return {"frame": frame, "seconds": round(time.monotonic() - began, 3), **size(scene.render)}


def render_error(text, part):
    shown, folder = last_line(text), os.path.dirname(part)
    if "No space left" in text:
        return "disk_full", f"The disk of {folder} is full."
    if "Disk quota" in text:
        return "disk_full", f"The disk quota of {folder} is used up."
    for sign in ("Permission denied", "Read-only file system", "No such file", "Not a directory"):
        if sign in text:
            return "output_folder", f"The output folder {folder} cannot be written: {sign.lower()}."
    if "cannot save" in text:
        return "output_folder", f"Blender could not save into {folder}: {shown}"
    if "no camera" in text.lower():
        return "bad_scene", "The scene has no camera."
    if "out of memory" in text.lower():
        return "out_of_memory", f"Blender ran out of memory: {shown}"
    return "program_failed", f"Blender could not render the frame: {shown}"


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shown = lines[-1] if lines else "no message"
    shown = shown[len("Error: "):] if shown.startswith("Error: ") else shown
    return shown if shown.endswith(".") else shown + "."


def thumbnail(request):
    """Makes a small JPEG of any picture that Blender can read, as its scene's view shows it."""
    image = bpy.data.images.load(request["picture"], check_existing=False)
    kept = []
    try:
        width, height = image.size
        if width > request["width"]:
            image.scale(request["width"], max(1, round(height * request["width"] / width)))
        scene = bpy.context.scene
        settings = scene.render.image_settings
        wishes = [("media_type", "IMAGE")] if hasattr(settings, "media_type") else []
        for name, value in (*wishes, ("file_format", "JPEG"), ("color_mode", "RGB"), ("quality", 86)):
            kept.append((name, getattr(settings, name)))
            setattr(settings, name, value)
        image.save_render(request["thumbnail"], scene=scene)
    finally:
        for name, value in reversed(kept):
            setattr(settings, name, value)
        bpy.data.images.remove(image)
    return {}


# --- Answering -------------------------------------------------------------------------------

OPERATIONS = {"open": open_scene, "prepare": prepare, "render": render_frame, "thumbnail": thumbnail}


def answer(line):
    request = json.loads(line)
    operation = request["op"]
    try:
        reply(op=operation, ok=True, **OPERATIONS[operation](request))
    except Refused as refused:
        reply(op=operation, ok=False, reason=refused.reason, sentence=str(refused))
    except MemoryError:
        reply(op=operation, ok=False, reason="out_of_memory", sentence="Blender ran out of memory.")
    except Exception as error:  # whatever it is, the agent must hear of it
        words = f"{type(error).__name__}: {last_line(str(error))}"
        reply(op=operation, ok=False, reason="program_failed", sentence=f"Blender's Python failed: {words}")


def main():
    reply(op="ready", ok=True, version=bpy.app.version_string, pid=os.getpid())
    # Not sys.stdin: its read-ahead would be lost on a scene's scripts, and theirs on us.
    with os.fdopen(os.dup(0), "r", encoding="utf-8") as requests:
        for line in iter(requests.readline, ""):
            if json.loads(line).get("op") == "quit":
                break
            answer(line)
    sys.stdout.flush()
    os._exit(0)  # a big scene's orderly end takes seconds and is worth nothing


main()
