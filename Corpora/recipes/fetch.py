#!/usr/bin/env python3
"""Fetches a corpus by its recipe, counts it, and keeps it only if every figure is right.

    fetch.py NAME                      makes the files of NAME.json in the present folder
    fetch.py NAME DIR                  makes them in the folder DIR
    fetch.py NAME DIR --from ADDRESS   takes them from another folder: a mirror, or file:///some/where

A file that is already there and right is left alone. A new one is written beside its place, checked,
forced to the disk and only then given its name. Ends with 0, or with 64 (wrong usage), 65 (the text
is not what the recipe says), 66 (recipe, address, program or member not found), 73 (cannot make the
file) or 74 (reading or writing failed).
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import figures

RECIPES = Path(__file__).resolve().parent
USAGE, DATA, NOT_FOUND, CANNOT_CREATE, INPUT_OUTPUT = 64, 65, 66, 73, 74
SECONDS = 60


class Failure(Exception):
    """What went wrong, where, and what to do; `code` is the exit status."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def recipe_named(name):
    known = sorted(path.stem for path in RECIPES.glob("*.json"))
    if name not in known:
        raise Failure(NOT_FOUND, f"there is no recipe “{name}”; there are: {', '.join(known)}")
    try:
        return json.loads((RECIPES / f"{name}.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failure(DATA, f"{name}.json is not JSON: {error}") from error


def differences(expected, counted):
    """The figures that differ from the recipe, in words; a figure that is null is not compared."""
    return [
        f"{name} is {value}, not {expected[name]}"
        for name, value in counted.items()
        if expected[name] is not None and expected[name] != value
    ]


@contextmanager
def pieces(file, folder, mirror):
    """Opens the source of a file: yields a function that reads at most so many bytes of it."""
    if "command" in file:
        if mirror is not None:
            raise Failure(USAGE, f"{file['name']} is made by a command; leave --from out")
        with command_output(file) as read:
            yield read
    elif "member" in file:
        with archive_member(file, folder, mirror) as read:
            yield read
    else:
        with download(file, mirror) as read:
            yield read


@contextmanager
def command_output(file):
    program = shutil.which(file["command"][0])
    if program is None:
        raise Failure(
            NOT_FOUND,
            f"the program “{file['command'][0]}” is not installed; it is in the Debian package "
            f"{file['package']}: apt-get install {file['package']}",
        )
    with subprocess.Popen([program, *file["command"][1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout.read
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise Failure(INPUT_OUTPUT, f"{' '.join(file['command'])} ended with {process.returncode}")


@contextmanager
def download(file, mirror):
    address = file["address"]
    if mirror is not None:
        address = mirror.rstrip("/") + "/" + address.rsplit("/", 1)[1]
    try:
        answer = urllib.request.urlopen(address, timeout=SECONDS)
    except ValueError as error:
        raise Failure(USAGE, f"{address} is not an address: {error}") from error
    except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
        raise Failure(
            NOT_FOUND, f"cannot open {address}: {error}; if the file has moved, give its new folder with --from"
        ) from error
    with answer:
        yield answer.read


@contextmanager
def archive_member(file, folder, mirror):
    with tempfile.TemporaryFile(dir=folder) as archive:
        with download(file, mirror) as read:
            copy(read, archive.write, limit=file["bytes"], name=file["name"] + " (archive)")
        try:
            with zipfile.ZipFile(archive) as zipped:
                if file["member"] not in zipped.namelist():
                    raise Failure(NOT_FOUND, f"the archive of {file['name']} has no member “{file['member']}”")
                with zipped.open(file["member"]) as member:
                    yield member.read
        except (zipfile.BadZipFile, zlib.error) as error:
            raise Failure(DATA, f"the archive of {file['name']} is damaged: {error}; fetch it again") from error


def copy(read, write, limit, name):
    """Copies a source to its end, and stops one that is longer than `limit` bytes."""
    size = 0
    while piece := read(figures.PIECE):
        size += len(piece)
        if size > limit:
            raise Failure(DATA, f"{name} is longer than {limit} bytes; this is not the file of the recipe")
        write(piece)


@contextmanager
def durable(path):
    """A file that gets its name only if the block ends well, and only once it is on the disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        temporary.unlink(missing_ok=True)


def fetch(file, folder, mirror):
    """Makes one file of a recipe in the folder, and says what it did."""
    path = folder / file["name"]
    if path.is_file():
        try:
            if not differences(file, figures.of_file(path)):
                print(f"{path}: already there, all figures right")
                return
        except UnicodeDecodeError:
            pass
        print(f"{path}: not the file of the recipe; fetching it again")
    counted = figures.Figures()
    with durable(path) as out, pieces(file, folder, mirror) as read:

        def write(piece):
            out.write(piece)
            counted.update(piece)

        try:
            copy(read, write, limit=file["bytes"], name=file["name"])
            result = counted.finish()
        except UnicodeDecodeError as error:
            raise Failure(DATA, f"{file['name']} is not UTF-8: {error.reason}; it was not kept") from error
        wrong = differences(file, result)
        if wrong:
            raise Failure(DATA, f"{file['name']} is not the file of the recipe: {'; '.join(wrong)}; it was not kept")
    print(f"{path}: fetched, all figures right")
    for name, value in result.items():
        print(f"  {name} {value}")


def stop(number, frame):
    sys.exit(128 + number)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main():
    parser = Parser(description="Fetches a corpus by its recipe, and verifies it.")
    parser.add_argument("name", metavar="NAME", help="a recipe of this folder, without .json")
    parser.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        nargs="?",
        default=Path(),
        help="where the files go (default: the present folder); made if it is not there",
    )
    parser.add_argument("--from", dest="mirror", metavar="ADDRESS", help="another folder to take the files from")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        recipe = recipe_named(options.name)
        try:
            options.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(CANNOT_CREATE, f"cannot make the folder {options.folder}: {error.strerror}") from error
        for file in recipe["files"]:
            fetch(file, options.folder, options.mirror)
        print(f"{recipe['name']}: licence: {recipe['licence']}")
    except Failure as failure:
        print(f"fetch.py: {failure}", file=sys.stderr)
        sys.exit(failure.code)
    except PermissionError as error:
        print(f"fetch.py: cannot make {error.filename}: {error.strerror}", file=sys.stderr)
        sys.exit(CANNOT_CREATE)
    except (OSError, http.client.HTTPException) as error:
        print(f"fetch.py: {options.name}: {error}; try again", file=sys.stderr)
        sys.exit(INPUT_OUTPUT)


if __name__ == "__main__":
    main()
