"""Renders the frames of one task with one start of Mitsuba:  mitsuba_frames.py RECORDS TASK COUNT

Task 0 has the frames from 1 on, and each frame is an output of its task. Each frame holds a kernel lock while it is rendered, and leaves a line in the
record, as the frames of the other kill tests do.
"""

import fcntl
import os
import sys
import time

import drjit
import mitsuba

WIDTH, HEIGHT, SAMPLES = 160, 90, 16


def boot_millis():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def take(records, frame):
    """The frame's lock, held until it is closed or this process ends, however it ends."""
    lock = os.open(os.path.join(records, f"{frame}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print(f"openjd_fail: Frame {frame} is being rendered twice at once.", flush=True)
        sys.exit(3)
    return lock


def note(records, frame, began):
    run = os.environ["LUMENYARD_RUN"].rsplit(".", 1)[1].split("-")[0]
    line = f"{os.getpid()} {run} {frame} {began} {boot_millis()}\n"
    record = os.open(os.path.join(records, "record.txt"), os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o666)
    os.write(record, line.encode("ascii"))
    os.close(record)


def box(frame):
    """The Cornell box, seen from a little further round in each frame."""
    scene = mitsuba.cornell_box()
    scene["integrator"] = {"type": "path", "max_depth": 6}
    sensor = scene["sensor"]
    sensor["film"].update(width=WIDTH, height=HEIGHT)
    sensor["sampler"]["sample_count"] = SAMPLES
    around = mitsuba.ScalarTransform4f().rotate(axis=[0, 1, 0], angle=frame % 40 - 20)
    sensor["to_world"] = around @ sensor["to_world"]
    return mitsuba.load_dict(scene)


def render(records, frame, output):
    lock = take(records, frame)
    began = boot_millis()
    image = mitsuba.render(box(frame), seed=frame)
    mitsuba.util.write_bitmap(output, image, write_async=False)
    note(records, frame, began)
    os.close(lock)


def main(records, task, count):
    mitsuba.set_variant("scalar_rgb")
    drjit.set_thread_count(int(os.environ["LUMENYARD_THREADS"]))
    for i in range(count):
        render(records, task * count + i + 1, os.environ[f"LUMENYARD_OUTPUT_{i}"])
        print(f"openjd_progress: {100 * (i + 1) / count:.0f}", flush=True)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
