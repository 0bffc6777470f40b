"""The widget's modules become one script, without changing what they do."""

import shutil
import subprocess

import pytest

from api.routes.pages import PAGES
from api.widget_script import joined_script


def joined(folder, **modules):
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return joined_script(folder / "entry.js")


def test_a_module_comes_once_and_before_those_that_import_it(tmp_path):
    script = joined(
        tmp_path,
        entry='import { a } from "./one.js";\nimport { b as c } from "./two.js";\nconsole.log(a + c);\n',
        one='import { b } from "./two.js";\nexport const a = b + 1;\n',
        two="export const b = 1;\n",
    )
    assert script.count("const b = 1;") == 1
    assert script.index("const b = 1;") < script.index("const a = b + 1;") < script.index("console.log")
    assert "b: c" in script


def test_comments_and_indentation_go_and_texts_stay(tmp_path):
    source = '// gone\nexport function f() {\n  /** gone, too */\n  return "// kept";\n}\n'
    script = joined(tmp_path, entry=source)
    assert "gone" not in script
    assert '\nreturn "// kept";' in script


def test_nothing_is_left_to_import(tmp_path):
    script = joined_script(PAGES / "widget" / "widget.js")
    lines = script.splitlines()
    assert not [line for line in lines if line.startswith(("import ", "export "))]


def test_what_is_joined_runs(tmp_path):
    node = shutil.which("node") or pytest.skip("node is missing; the browser tests run the script")
    script = joined(
        tmp_path,
        entry='import { twice } from "./one.js";\nconsole.log(twice(21));\n',
        one="export const twice = (n) => 2 * n;\n",
    )
    (tmp_path / "all.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run([node, str(tmp_path / "all.mjs")], capture_output=True, text=True, check=True)
    assert done.stdout == "42\n"
