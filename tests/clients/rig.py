"""A `skyrig serve` of its own for each test, and the real clients that talk to it."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import tap

SKYRIG = os.environ['SKYRIG']
REGION = 'eu-west-1'
START_SECONDS, STOP_SECONDS, CLIENT_SECONDS = 60, 60, 120  # ample: sanitizers, a busy machine

# of `skyrig serve --env`: the same in each run, and good for nothing elsewhere
KEY = 'AKIASKYRIGOPERATOR22'
SECRET = 'skyrig/operator/678901234567890123456789'


OUR_NAMES = {'resourcegroupstaggingapi': 'tagging'}  # where boto3 calls a service otherwise


def note_calls(client, service):
    """Notes which operations a boto3 client calls and how that ends, as tests/lib/calls.h does."""
    folder = os.environ.get('SKYRIG_CALLS_DIR')
    if not folder:
        return
    service = OUR_NAMES.get(service, service)

    def note(parsed, model, **_):
        code = parsed.get('Error', {}).get('Code') or 'ok'
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'clients'), 'a', encoding='ascii') as stream:
            stream.write('%s:%s %s\n' % (service, model.name, code))

    client.meta.events.register('after-call', note)


def sanitized():
    """Whether the program is built with the address sanitizer, which has needs of its own."""
    with open(os.environ['SKYRIG'], 'rb') as stream:
        return b'__asan_init' in stream.read()


class Rig:
    """One running `skyrig serve`: its addresses, and clients for them."""

    session = None  # botocore reads its models once

    def __init__(self, *arguments):
        self.folder = tempfile.mkdtemp(prefix='skyrig-clients-')
        self.kubeconfig = os.path.join(self.folder, 'kubeconfig')
        self.log = open(os.path.join(self.folder, 'stderr'), 'w+', encoding='utf-8')
        self.process = subprocess.Popen(
            [SKYRIG, 'serve', '--kubeconfig-out', self.kubeconfig, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True,
            env=dict(os.environ, SKYRIG_CHECK_REPLIES='1', TMPDIR=self.folder))
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(START_SECONDS)
            raise RuntimeError('skyrig serve did not start: ' + self.said())
        self.addresses = json.loads(line)
        self.aws_url, self.kube_url = self.addresses['aws'], self.addresses['kubernetes']
        self.env = dict(os.environ, HOME=self.folder, KUBECONFIG=self.kubeconfig,
                        AWS_ENDPOINT_URL=self.aws_url, AWS_ACCESS_KEY_ID=KEY,
                        AWS_SECRET_ACCESS_KEY=SECRET, AWS_REGION=REGION, AWS_PAGER='',
                        AWS_EC2_METADATA_DISABLED='true', AWS_CONFIG_FILE='/dev/null',
                        AWS_SHARED_CREDENTIALS_FILE='/dev/null', AWS_MAX_ATTEMPTS='1')

    def said(self):
        """What it wrote to its standard error."""
        self.log.flush()
        with open(self.log.name, encoding='utf-8') as stream:
            return stream.read()

    def pid(self):
        return self.addresses['pid']

    def memory_kib(self, what='VmRSS'):
        with open('/proc/%d/status' % self.pid(), encoding='ascii') as stream:
            return int(next(line for line in stream if line.startswith(what + ':')).split()[1])

    def aws(self, service, key=KEY, secret=SECRET, token=None, region=REGION, **settings):
        """A boto3 client that tries once."""
        import boto3
        from botocore.config import Config
        if not Rig.session:
            Rig.session = boto3.Session()
        client = Rig.session.client(service, endpoint_url=self.aws_url, region_name=region,
                                    aws_access_key_id=key, aws_secret_access_key=secret,
                                    aws_session_token=token,
                                    config=Config(retries={'total_max_attempts': 1}, **settings))
        note_calls(client, service)
        return client

    def run(self, *command, stdin=None, check=True):
        """A command line client; with check, one that succeeds."""
        done = subprocess.run(command, env=self.env, cwd=self.folder, input=stdin, text=True,
                              capture_output=True, timeout=CLIENT_SECONDS, check=False)
        if check and done.returncode:
            raise AssertionError('%s: exit status %d\n%s%s' % (
                ' '.join(command), done.returncode, done.stdout, done.stderr))
        return done

    def kubectl(self, *arguments, stdin=None):
        return self.run('kubectl', *arguments, stdin=stdin).stdout

    def kubectl_json(self, *arguments, stdin=None):
        return json.loads(self.kubectl(*arguments, '-o', 'json', stdin=stdin))

    def awscli(self, *arguments):
        """What the `aws` command line prints, decoded; None when it is nothing."""
        text = self.run('aws', *arguments, '--output', 'json').stdout
        return json.loads(text) if text.strip() else None

    def stop(self):
        """Ends it as a person would; its exit status (sanitizers find leaks here) and words."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        said = self.said()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return status, said


class Case(unittest.TestCase):
    """A test with a rig; it must be alive and well in the end."""

    arguments = ('--profile', 'instant')
    maxDiff = None

    def setUp(self):
        self.rig = Rig(*self.arguments)
        self.addCleanup(self.stop)

    def stop(self):
        status, said = self.rig.stop()
        self.assertEqual(status, 0, said)

    def refused(self, code, call, status=400, **params):
        """The message of the error that a boto3 call must give."""
        from botocore.exceptions import ClientError
        with self.assertRaises(ClientError) as caught:
            call(**params)
        reply = caught.exception.response
        self.assertEqual(reply['Error']['Code'], code, reply['Error'].get('Message'))
        self.assertEqual(reply['ResponseMetadata']['HTTPStatusCode'], status)
        return reply['Error']['Message']

    def kubectl_refused(self, pattern, *arguments, stdin=None):
        done = self.rig.run('kubectl', *arguments, stdin=stdin, check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stderr, pattern)
        return done.stderr

    @contextlib.contextmanager
    def unchanged(self, look):
        """What look() shows is the same before and after."""
        before = look()
        yield
        self.assertEqual(look(), before)


def main(module='__main__'):
    """As tap.main, of some tests only when the command line names them."""
    if len(sys.argv) > 1:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:], sys.modules[module])
        return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1
    return tap.main(module)
