"""tools/controllers/install: controllers of the user's own, by what their files say."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tap

INSTALL = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'controllers' / 'install'
# Stands for Go: says that it is new enough, and "installs" a program that prints what was asked for.
GO = """#!/bin/sh
case $1 in
env) echo go1.27.0 ;;
install) printf '#!/bin/sh\\necho %s\\n' "$3" >"$GOBIN/keeper"; chmod +x "$GOBIN/keeper" ;;
*) exit 1 ;;
esac
"""
SCRIPT = """#!/bin/sh
[ "$2" != v9 ] || { echo "there is no $2"; exit 1; }
printf '#!/bin/sh\\necho built %s\\n' "$2" >"$1"
chmod +x "$1"
"""


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding='utf-8')
    path.chmod(mode)


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = pathlib.Path(folder.name)
        write(self.tree / 'bin' / 'go', GO, 0o755)

    def controller(self, build):
        """Writes the file of a controller of the user's own; build None: it does not say how."""
        line = '' if build is None else f'build: {build}\n'
        write(self.tree / 'fixtures/controllers/keeper.yaml', f'controller: keeper\nversion: v1\n{line}')

    def install(self, *arguments):
        environment = dict(os.environ, SKYRIG_CACHE=str(self.tree / 'cache'),
                           PATH=f"{self.tree / 'bin'}:{os.environ['PATH']}")
        return subprocess.run([INSTALL, *arguments], cwd=self.tree, env=environment, text=True,
                              capture_output=True, timeout=60, check=False)

    def built(self, version):
        program = self.tree / 'cache/controllers/keeper' / version / 'keeper'
        return subprocess.run([program], text=True, capture_output=True, timeout=60, check=True).stdout

    def test_a_script_beside_the_file_builds_the_version_it_is_told(self):
        self.controller('script keeper/build # ours')
        write(self.tree / 'fixtures/controllers/keeper/build', SCRIPT, 0o755)
        done = self.install('keeper', 'keeper@v2')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.built('v1'), 'built v1\n')
        self.assertEqual(self.built('v2'), 'built v2\n')
        self.assertIn('keeper v1 is there', self.install('keeper').stderr)

    def test_a_changed_script_builds_anew(self):
        self.controller('script keeper/build')
        write(self.tree / 'fixtures/controllers/keeper/build', SCRIPT, 0o755)
        self.install('keeper')
        write(self.tree / 'fixtures/controllers/keeper/build', SCRIPT.replace('built', 'made'), 0o755)
        self.install('keeper')
        self.assertEqual(self.built('v1'), 'made v1\n')

    def test_a_failing_script_is_told_and_leaves_no_program(self):
        self.controller('script keeper/build')
        write(self.tree / 'fixtures/controllers/keeper/build', SCRIPT, 0o755)
        done = self.install('keeper@v9')
        self.assertEqual(done.returncode, 1)
        self.assertIn('there is no v9', done.stderr)
        folder = self.tree / 'cache/controllers/keeper/v9'
        self.assertEqual([path.name for path in folder.iterdir()], ['failed'])

    def test_a_script_that_makes_no_program_has_failed(self):
        self.controller('script keeper/build')
        write(self.tree / 'fixtures/controllers/keeper/build', '#!/bin/sh\n', 0o755)
        done = self.install('keeper')
        self.assertEqual(done.returncode, 1)
        self.assertIn('made no program', done.stderr)

    def test_a_go_package_is_installed_in_the_version_of_the_file_or_another(self):
        self.controller('"go example.com/cmd/keeper@${version}"')
        done = self.install('keeper', 'keeper@v2')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.built('v1'), 'example.com/cmd/keeper@v1\n')
        self.assertEqual(self.built('v2'), 'example.com/cmd/keeper@v2\n')

    def test_one_that_does_not_say_how_is_told_where_to_say_it(self):
        self.controller(None)
        for name in 'keeper', 'keeper@v2':
            done = self.install(name)
            self.assertEqual(done.returncode, 2)
            self.assertIn('fixtures/controllers/keeper.yaml does not say how it is built (build:)', done.stderr)
        self.assertNotIn('keeper', self.install('--list').stdout)

    def test_unknown_controllers_and_versions_are_refused(self):
        self.controller('script keeper/build')
        done = self.install('keper')
        self.assertEqual(done.returncode, 2)
        self.assertIn('there are: cloud-controller-manager infrastructure-controller keeper', done.stderr)
        done = self.install('infrastructure-controller@v0.0.1')
        self.assertEqual(done.returncode, 2)
        self.assertIn('there is no recipe for this version', done.stderr)

    def test_the_list_has_one_line_for_each_controller(self):
        self.controller('script keeper/build')
        names = [line.split()[0] for line in self.install('--list').stdout.splitlines()]
        self.assertEqual(sorted(names), ['cloud-controller-manager', 'infrastructure-controller',
                                         'keeper', 'load-balancer-controller'])


if __name__ == '__main__':
    sys.exit(tap.main())
