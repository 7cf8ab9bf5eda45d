"""Says what a source archive is called, in place of the package that would build it.

pip hands over an archive only after its builder has answered that, and would fetch the builder with all it needs. The
answer is in the archive itself.
"""

import email
import pathlib
import shutil


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    said = email.message_from_string(pathlib.Path("PKG-INFO").read_text(encoding="utf-8"))
    folder = f"{said['Name'].replace('-', '_')}-{said['Version']}.dist-info"
    pathlib.Path(metadata_directory, folder).mkdir()
    shutil.copy("PKG-INFO", pathlib.Path(metadata_directory, folder, "METADATA"))
    return folder
