"""docs/: what a page shows as an example is one."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

import tap

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
SKYRIG = os.path.abspath(os.environ['SKYRIG'])
EXAMPLE = re.compile(r'^```yaml\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as stream:
        return stream.read()


class Docs(unittest.TestCase):
    def test_examples_of_the_page_on_writing_have_no_mistakes(self):
        examples = EXAMPLE.findall(read('docs/writing-scenarios.md'))
        self.assertTrue(examples)
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.abspath(os.path.join(ROOT, 'fixtures')), folder + '/fixtures')
            os.makedirs(folder + '/suites/leak')
            for example in examples:
                path = folder + '/suites/leak/example.yaml'
                with open(path, 'w', encoding='utf-8') as stream:
                    stream.write(example)
                done = subprocess.run([SKYRIG, 'lint', path], capture_output=True, text=True,
                                      timeout=60, check=False)
                self.assertEqual(done.stdout.splitlines()[-1:], ['1 scenario, no mistakes.'],
                                 done.stdout + done.stderr)

    def test_commands_on_the_page_on_writing_exist(self):
        words = set(re.findall(r'build/skyrig ([a-z]+)', read('docs/writing-scenarios.md')))
        self.assertIn('lint', words)
        for word in words:
            done = subprocess.run([SKYRIG, word, '--help'], capture_output=True, timeout=60,
                                  check=False)
            self.assertEqual(done.returncode, 0, word)

    def test_paths_on_the_page_on_writing_exist(self):
        paths = set(re.findall(r'(?:suites|fixtures|docs)/[a-z/.-]+\.(?:yaml|md)',
                               read('docs/writing-scenarios.md')))
        mine = {'suites/leak/my-story.yaml', 'suites/leak/cluster-ip-again.yaml'}
        for path in paths - mine:
            self.assertTrue(os.path.exists(os.path.join(ROOT, path)), path)


if __name__ == '__main__':
    sys.exit(tap.main())
