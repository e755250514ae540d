"""docs/ci as it stands: Kubernetes takes the manifest, and each command in it and in the workflow does what it says.

The five parts run side by side nowhere here, but one after the other: what differs is their index.
"""

import os
import subprocess
import sys

import yaml

import rig

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MANIFEST = os.path.join(ROOT, 'docs', 'ci', 'kubernetes-job.yaml')
WORKFLOW = os.path.join(ROOT, 'docs', 'ci', 'github-workflow.yaml')
PARTS = 5
STEPS = """scenario: A scenario of the examples
why: it shows that the parts make the whole
source: [ "docs/ci" ]
given: { controllers: [], profile: instant }
steps:
  - step: it is so
    within: 50ms
    expect: [ { %s: vpc, where: { CidrBlock: 10.9.0.0/16 } } ]
"""


def documents(path):
    with open(path, encoding='utf-8') as stream:
        return list(yaml.safe_load_all(stream))


class Manifest(rig.Case):
    """The Indexed Job, with the real kubectl."""

    def test_the_server_accepts_it_and_a_dry_run_stores_nothing(self):
        self.rig.kubectl('apply', '--dry-run=server', '--validate=strict', '-f', MANIFEST)
        self.assertEqual(self.rig.kubectl('get', 'jobs', '-o', 'name'), '')

    def test_it_is_stored_as_it_is_written(self):
        self.rig.kubectl('apply', '--validate=strict', '-f', MANIFEST)
        job = self.rig.kubectl_json('get', 'job', 'skyrig')['spec']
        self.assertEqual((job['completionMode'], job['completions'], job['parallelism']),
                         ('Indexed', PARTS, PARTS))
        self.assertEqual(self.rig.kubectl('diff', '-f', MANIFEST), '')


class Commands(rig.Case):
    """In a tree with few scenarios: seven that pass, one that fails."""

    def setUp(self):
        super().setUp()
        self.tree = os.path.join(self.rig.folder, 'tree')
        self.results = os.path.join(self.rig.folder, 'results')
        for folder in ('suites/happy', 'fixtures', 'build'):
            os.makedirs(os.path.join(self.tree, folder))
        os.makedirs(self.results)
        os.symlink(os.path.abspath(rig.SKYRIG), os.path.join(self.tree, 'build', 'skyrig'))
        for name in range(8):
            with open(os.path.join(self.tree, 'suites', 'happy', 'vpc-%d.yaml' % name), 'w',
                      encoding='utf-8') as stream:
                stream.write(STEPS % ('one' if name == 3 else 'none'))

    def shell(self, command, **variables):
        """As the Pod, or the step, would run it; its exit status and words."""
        env = dict(self.rig.env, XDG_STATE_HOME=self.rig.folder, TMPDIR=self.rig.folder, **variables)
        done = subprocess.run(['sh', '-c', command], cwd=self.tree, env=env, text=True, timeout=120,
                              capture_output=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def assert_whole(self, status, said):
        self.assertEqual(status, 1, said)
        self.assertIn('7 passed, 1 failed, 0 skipped', said)

    def test_the_parts_of_the_job_make_the_whole(self):
        parts, report = (d['spec']['template']['spec']['containers'][0] for d in documents(MANIFEST))
        self.assertEqual(parts['command'], ['sh', '-c'])
        statuses = [self.shell(parts['args'][0].replace('/results', self.results),
                               JOB_COMPLETION_INDEX=str(index))[0] for index in range(PARTS)]
        self.assertEqual(sorted(statuses), [0, 0, 0, 0, 1])
        self.assert_whole(*self.shell(report['args'][0].replace('/results', self.results)))
        self.assertEqual(sorted(os.listdir(self.results)),
                         ['junit.xml'] + ['part-%d.json' % i for i in range(PARTS)] + ['report.html'])

    def test_the_parts_of_the_workflow_make_the_whole(self):
        jobs = documents(WORKFLOW)[0]['jobs']
        self.assertEqual(jobs['scenarios']['strategy']['matrix']['part'], list(range(1, PARTS + 1)))
        command = next(s['run'] for s in jobs['scenarios']['steps'] if '--shard' in s.get('run', ''))
        for part in range(1, PARTS + 1):
            self.shell(command.replace('${{ matrix.part }}', str(part)))
        report = next(s['run'] for s in jobs['report']['steps'] if 'report' in s.get('run', ''))
        summary = os.path.join(self.rig.folder, 'summary.md')
        status, said = self.shell(report, GITHUB_STEP_SUMMARY=summary)
        self.assert_whole(status, said)
        self.assertIn('::error file=suites/happy/vpc-3.yaml,line=8', said)
        with open(summary, encoding='utf-8') as stream:
            self.assertIn('vpc-3', stream.read())


if __name__ == '__main__':
    sys.exit(rig.main())
