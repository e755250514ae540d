"""What must not happen: a crash, a 500, HTML, a hang, words without a place; and it goes on after."""

import contextlib
import gzip
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

import rig

HUGE = 100 * 1000 * 1000
MEMORY_KIB = 80 * 1024  # of the emulator, whatever it was sent; sanitizers have their own needs
SCENARIO = """scenario: A scenario of bad input
why: it shows what is refused
source: [ "scenario language" ]
given: { controllers: [], profile: instant }
steps:
  - step: nothing is leaked
    leaks: none
"""


def varint(number):
    out = b''
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """A protobuf field: text or bytes, or a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def envelope(version, kind, raw):
    """What client-go sends: k8s.io/apimachinery pkg/runtime Unknown."""
    return b'k8s\0' + field(1, field(1, version) + field(2, kind)) + field(2, raw)


SERVICE = envelope('v1', 'Service', field(1, field(1, 'echo')) + field(2, (
    field(1, field(1, 'http') + field(2, 'TCP') + field(3, 80)) +
    field(2, field(1, 'app') + field(2, 'echo')) + field(4, 'ClusterIP'))))


class Wire(rig.Case):
    """Requests as no client library would send them."""

    def setUp(self):
        super().setUp()
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.token(context)
        self.kube_tls = context

    def token(self, context):
        """The operator's client certificate, out of the kubeconfig."""
        import base64
        import yaml
        with open(self.rig.kubeconfig, encoding='utf-8') as stream:
            config = yaml.safe_load(stream)
        user = config['users'][0]['user']
        path = os.path.join(self.rig.folder, 'client.pem')
        with open(path, 'wb') as stream:
            for part in ('client-certificate-data', 'client-key-data'):
                stream.write(base64.b64decode(user[part]) + b'\n')
        context.load_cert_chain(path)

    def connect(self, url, timeout=30):
        host, port = url.split('://')[1].rstrip('/').split(':')
        if url.startswith('https'):
            return http.client.HTTPSConnection(host, int(port), timeout=timeout,
                                               context=self.kube_tls)
        return http.client.HTTPConnection(host, int(port), timeout=timeout)

    def ask(self, url, method, path, body=None, **headers):
        """Status, headers and text of an answer; never HTML, never a 5xx but for what is missing."""
        connection = self.connect(url)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers={
                name.replace('_', '-'): value for name, value in headers.items()})
            answer = connection.getresponse()
            text = answer.read().decode()
        if answer.status != 501 or 'skyrig does not have' not in text:
            self.assertLess(answer.status, 500, '%s %s: %s' % (method, path, text))
        self.assertNotIn('<html', text.lower())
        self.assertNotIn('text/html', answer.headers.get('Content-Type', ''))
        return answer.status, answer.headers, text

    def aws(self, body, service='ec2', method='POST', path='/', sign=True, **headers):
        """A request that is signed as it is, however wrong."""
        from botocore.auth import S3SigV4Auth, SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        if isinstance(body, str):
            body = body.encode()
        headers = {name.replace('_', '-'): value for name, value in headers.items()}
        headers.setdefault('Content-Type', 'application/x-www-form-urlencoded; charset=utf-8')
        if sign:
            request = AWSRequest(method, self.rig.aws_url.rstrip('/') + path, headers, body)
            auth = S3SigV4Auth if service == 's3' else SigV4Auth
            auth(Credentials(rig.KEY, rig.SECRET), service, rig.REGION).add_auth(request)
            headers = dict(request.headers.items())
        return self.ask(self.rig.aws_url, method, path, body, **headers)

    def kube(self, method, path, body=None, **headers):
        status, head, text = self.ask(self.rig.kube_url, method, path, body, **headers)
        if status >= 400:
            told = json.loads(text)
            self.assertEqual((told['kind'], told['code']), ('Status', status), text)
            self.assertTrue(told['message'])
        return status, head, text

    def still_well(self):
        self.assertEqual(self.rig.aws('ec2').describe_vpcs()['ResponseMetadata']['HTTPStatusCode'],
                         200)
        self.assertEqual(self.kube('GET', '/api/v1/namespaces/default')[0], 200)

    def stop(self):
        if self.rig.process.poll() is None:
            self.still_well()
        super().stop()


class Sizes(Wire):
    def send_huge(self, url, head):
        """Sends 100 MB as far as they are taken; the answer."""
        host, port = url.split('://')[1].rstrip('/').split(':')
        plain = socket.create_connection((host, int(port)), timeout=60)
        wire = self.kube_tls.wrap_socket(plain) if url.startswith('https') else plain
        with contextlib.closing(wire):
            wire.sendall(head.encode())
            chunk, left = b'x' * 100000, HUGE
            try:
                while left:
                    wire.sendall(chunk)
                    left -= len(chunk)
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                pass
            with contextlib.suppress(ConnectionResetError, ssl.SSLError):
                return wire.recv(65536).decode()
        return ''

    def test_100_megabytes_are_refused_by_both(self):
        for url, path, kind in ((self.rig.aws_url, '/', 'application/x-www-form-urlencoded'),
                                (self.rig.kube_url, '/api/v1/namespaces', 'application/json')):
            said = self.send_huge(url, 'POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n'
                                  'Content-Length: %d\r\n\r\n' % (path, kind, HUGE))
            if said:  # who goes on sending may lose the answer with the connection
                self.assertRegex(said, r'^HTTP/1\.1 413 ')
                self.assertNotIn('<html', said.lower())
            self.still_well()
        if not rig.sanitized():
            self.assertLess(self.rig.memory_kib('VmHWM'), MEMORY_KIB)

    def test_who_asks_first_gets_a_readable_refusal(self):
        for url, path in ((self.rig.aws_url, '/'), (self.rig.kube_url, '/api/v1/namespaces')):
            host, port = url.split('://')[1].rstrip('/').split(':')
            plain = socket.create_connection((host, int(port)), timeout=60)
            wire = self.kube_tls.wrap_socket(plain) if url.startswith('https') else plain
            with contextlib.closing(wire):
                wire.sendall(('POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n'
                              'Expect: 100-continue\r\n\r\n' % (path, HUGE)).encode())
                said = b''
                while b'\r\n\r\n' not in said:
                    said += wire.recv(65536)
                said += wire.recv(65536) if said.endswith(b'\r\n\r\n') else b''
                said = said.decode()
            self.assertRegex(said, r'^HTTP/1\.1 413 ')
            self.assertRegex(said, r'(?i)too large|limit|bytes')

    def test_long_targets_and_many_headers(self):
        # what is too long even to be read is refused by the HTTP library, in its own words
        for url in (self.rig.aws_url, self.rig.kube_url):
            for path, headers in (('/?' + 'x' * 300000, {}),
                                  ('/api', {'X-%d' % i: 'y' * 100 for i in range(2000)})):
                with contextlib.closing(self.connect(url)) as connection, \
                        contextlib.suppress(ConnectionResetError, BrokenPipeError):
                    connection.request('GET', path, headers=headers)
                    self.assertIn(connection.getresponse().status, (413, 414, 431))
                self.still_well()


    def test_what_is_no_http(self):
        """Refused by the HTTP library, in its own words; or the connection is closed."""
        post = b'POST / HTTP/1.1\r\nHost: x\r\n'
        for url in (self.rig.aws_url, self.rig.kube_url):
            host, port = url.split('://')[1].rstrip('/').split(':')
            for text in (b'\r\n\r\n', b'garbage\r\n\r\n', b'GET /\r\n\r\n', b'\0' * 100,
                         b'GET / HTTP/9.9\r\nHost: x\r\n\r\n', b'GET / HTTP/1.1\r\n\r\n',
                         b'GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n',
                         post + b'Content-Length: -1\r\n\r\n',
                         post + b'Content-Length: 99999999999999999999\r\n\r\n',
                         post + b'Content-Length: 1\r\nContent-Length: 2\r\n\r\nx',
                         post + b'Transfer-Encoding: chunked\r\n\r\nzz\r\n',
                         post + b'Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n'):
                with self.subTest('%s %s' % (url[:5], text[:60])):
                    plain = socket.create_connection((host, int(port)), timeout=2)
                    wire = self.kube_tls.wrap_socket(plain) if url.startswith('https') else plain
                    said = b''
                    with contextlib.closing(wire), contextlib.suppress(
                            ConnectionResetError, TimeoutError, ssl.SSLError):
                        wire.sendall(text)
                        said = wire.recv(65536)
                    if said:
                        self.assertRegex(said.decode(), r'^HTTP/1\.1 (4\d\d|505) ')
                        self.assertNotIn(b'<html', said.lower())
                        self.assertEqual(said.count(b'Content-Length: '), 1, said)
            self.still_well()


class Aws(Wire):
    def refused(self, code, *arguments, status=400, **headers):
        got, head, text = self.aws(*arguments, **headers)
        self.assertIn(code, text)
        self.assertEqual(got, status, text)
        self.assertRegex(head['Content-Type'], r'xml|json')
        return text

    def test_compressed_bodies(self):
        """Signed as they are sent; a few kilobytes must not become a hundred megabytes."""
        packed = gzip.compress(b'Action=DescribeVpcs&Version=2016-11-15')
        status, _, text = self.aws(packed, Content_Encoding='gzip')
        self.assertEqual(status, 200, text)
        self.assertIn('<vpcSet>', text)
        for body in (b'Action=DescribeVpcs', packed[:-1], packed + b'x', b''):
            with self.subTest(body):
                self.refused('MalformedHttpRequestException', body, Content_Encoding='gzip')
        bomb = gzip.compress(b'Action=' + b'x' * HUGE)
        self.refused('RequestEntityTooLargeException', bomb, status=413, Content_Encoding='gzip')
        if not rig.sanitized():
            self.assertLess(self.rig.memory_kib('VmHWM'), MEMORY_KIB)

    def test_forms(self):
        version = '&Version=2016-11-15'
        for code, form in (
                ('MissingAction', ''), ('MissingAction', version[1:]), ('MissingAction', '&&=&'),
                ('InvalidAction', 'Action=Frobnicate' + version),
                ('InvalidAction', 'Action=describevpcs' + version),
                ('MalformedQueryString', 'Action=%00' + version),
                ('MalformedQueryString', 'Action=DescribeVpcs&Filter.1.Name=%zz' + version),
                ('InvalidParameterValue', 'Action=CreateVpc&CidrBlock=' + version),
                ('UnknownParameter', 'Action=CreateVpc&CidrBlok=10.0.0.0/16' + version),
                ('UnknownParameter', 'Action=DescribeVpcs&VpcId.x=vpc-1' + version),
                ('InvalidParameterValue', 'Action=CreateVpc&CidrBlock=%ff%fe' + version),
                ('InvalidParameter', 'Action=DescribeVpcs&MaxResults=many' + version)):
            with self.subTest(form):
                self.refused(code, form)

    def test_json(self):
        for body in ('', '{', '{"a":', '[]', 'null', '"x"', '{"a":1}}', '\xff', '{"a":1,}',
                     '[' * 100000, '{"a":' * 100000):
            with self.subTest(body[:20]):
                status, head, text = self.aws(body.encode('latin-1'), 'shield',
                                              Content_Type='application/x-amz-json-1.1',
                                              X_Amz_Target='AWSShield_20160616.GetSubscriptionState')
                self.assertEqual(status, 400 if body else 200, text)
                self.assertIn('application/x-amz-json', head['Content-Type'])
                if body:
                    self.assertIn('__type', json.loads(text))

    def test_xml(self):
        for body in ('<', '<a>', '<a></b>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '{}',
                     '<a>' * 100000, '\0', '<CreateHostedZoneRequest><Bogus/>'):
            with self.subTest(body[:20]):
                for service, path, method, code, said in (
                        ('route53', '/2013-04-01/hostedzone', 'POST', 'MalformedInput',
                         'Could not parse XML'),
                        ('s3', '/qa-bucket?tagging', 'PUT', 'MalformedXML', 'The XML you provided '
                         'was not well-formed or did not validate against our published schema')):
                    status, head, text = self.aws(body, service, method, path)
                    self.assertEqual(status, 400, text)
                    self.assertEqual(head['Content-Type'], 'application/xml')
                    self.assertIn('<Code>%s</Code><Message>%s</Message>' % (code, said), text)

    def test_xml_of_another_schema(self):
        for body, service, path, method, code in (
                ('<CreateHostedZoneRequest><Bogus/></CreateHostedZoneRequest>', 'route53',
                 '/2013-04-01/hostedzone', 'POST', 'InvalidInput'),
                ('<CreateHostedZoneRequest><Name>a.org</Name></CreateHostedZoneRequest>', 'route53',
                 '/2013-04-01/hostedzone', 'POST', 'InvalidInput'),
                ('<Tagging><Bogus/></Tagging>', 's3', '/qa-bucket?tagging', 'PUT', 'MalformedXML'),
                ('<Tagging/>', 's3', '/qa-bucket?tagging', 'PUT', 'MalformedXML')):
            with self.subTest(body):
                status, head, text = self.aws(body, service, method, path)
                self.assertEqual((status, head['Content-Type']), (400, 'application/xml'), text)
                self.assertIn('<Code>%s</Code>' % code, text)

    def test_signatures(self):
        form = 'Action=DescribeVpcs&Version=2016-11-15'
        scope = '%s/20260101/eu-west-1/ec2/aws4_request' % rig.KEY
        for header in ('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256 ', 'AWS4-HMAC-SHA256 Credential=',
                       'AWS4-HMAC-SHA256 Credential=%s' % scope,
                       'AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=host, Signature=00' % scope,
                       'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=, Signature=zz',
                       'AWS4-HMAC-SHA256 ' + 'Credential=%s, ' % scope * 100, 'Basic YTpi', '\t',
                       'AWS4-ECDSA-P256-SHA256 Credential=%s, SignedHeaders=host, Signature=0'
                       % scope, 'Credential=\xff'):
            with self.subTest(header[:60]):
                status, _, text = self.aws(form, sign=False, Authorization=header)
                self.assertIn(status, (400, 401, 403))
                self.assertRegex(text, r'<Code>\w+</Code><Message>[^<]+</Message>')

    def test_methods(self):
        for method in ('PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'BREW'):
            with self.subTest(method):
                status = self.aws('', method=method)[0]
                self.assertIn(status, (400, 403, 404, 405, 501) if method != 'BREW' else (400, 405))
        self.refused('MissingAction', '', method='GET')

    def test_nothing_of_it_has_changed_anything(self):
        count = len(self.rig.aws('ec2').describe_vpcs()['Vpcs'])
        self.aws('Action=CreateVpc&CidrBlok=10.0.0.0/16&Version=2016-11-15')
        self.aws('Action=CreateVpc&CidrBlock=10.0.0.0/16&CidrBlok=x&Version=2016-11-15')
        self.assertEqual(len(self.rig.aws('ec2').describe_vpcs()['Vpcs']), count)


class Kube(Wire):
    SERVICES = '/api/v1/namespaces/default/services'

    def test_bodies(self):
        for kind, body, words in (
                ('application/json', '', 'unexpected end of JSON input'), ('application/json', '{', 'json|JSON|unexpected'),
                ('application/json', '[]', 'json|Object|cannot'), ('application/json', 'null', ''),
                ('application/json', '{"kind":"Service"}}', "invalid character '}' after top-level value"),
                ('application/json', '{"metadata":[]}', 'cannot unmarshal|json'),
                ('application/json', '{"a":' * 100000, 'depth|deep|nest'),
                ('application/yaml', 'a: [', 'YAML: body:2:1: '), ('application/yaml', '\ta: b', 'YAML: body:1:1: '),
                ('application/yaml', '&a [*a]', ''), ('application/yaml', '\xff', ''),
                ('text/plain', 'x', 'media type|mediatype'), ('', 'x', 'json|JSON|invalid'),
                ('application/vnd.kubernetes.protobuf', '', '<empty>'),
                ('application/vnd.kubernetes.protobuf', 'k8s', 'protobuf'),
                ('application/vnd.kubernetes.protobuf', '{"kind":"Service"}', 'protobuf'),
                ('application/cbor', '\xa0', 'media type|mediatype')):
            with self.subTest('%s: %s' % (kind, body[:20])):
                status, _, text = self.kube('POST', self.SERVICES, body.encode('latin-1'),
                                            Content_Type=kind)
                self.assertIn(status, (400, 415, 422), text)
                self.assertRegex(json.loads(text)['message'], words or '.')

    def test_protobuf_cut_anywhere(self):
        path = self.SERVICES + '?dryRun=All'
        kind = 'application/vnd.kubernetes.protobuf'
        self.assertEqual(self.kube('POST', path, SERVICE, Content_Type=kind)[0], 201)
        for length in range(len(SERVICE)):
            status = self.kube('POST', path, SERVICE[:length], Content_Type=kind)[0]
            self.assertIn(status, (400, 415, 422), length)
        for place in range(4, len(SERVICE)):
            spoiled = SERVICE[:place] + bytes([SERVICE[place] ^ 0xff]) + SERVICE[place + 1:]
            self.assertIn(self.kube('POST', path, spoiled, Content_Type=kind)[0],
                          (201, 400, 404, 415, 422), place)
        self.assertEqual(self.kube('GET', self.SERVICES + '/echo')[0], 404)

    def test_queries(self):
        for query, words in (
                ('limit=many', 'limit|strconv'), ('limit=-1', ''), ('labelSelector=((', r"found '\('"),
                ('labelSelector=a%3Db%20c', ''), ('fieldSelector=nonsense', 'selector'),
                ('fieldSelector=spec.nonsense%3Da', 'field label not supported'),
                ('resourceVersion=x', 'resource ?[vV]ersion'), ('continue=x', 'continue'),
                ('watch=maybe&timeoutSeconds=1', ''), ('watch=true&timeoutSeconds=x', 'timeoutSeconds|strconv'),
                ('watch=true&resourceVersion=-1', 'esource ?[vV]ersion'), ('limit=%zz', ''),
                ('resourceVersionMatch=Exact', 'resourceVersion')):
            with self.subTest(query):
                status, _, text = self.kube('GET', '%s?%s' % (self.SERVICES, query))
                if words or status != 200:  # the real server takes some of these, too
                    self.assertIn(status, (400, 422), text)
                    self.assertRegex(json.loads(text)['message'], words or '.')

    def test_patches(self):
        self.assertEqual(self.kube('POST', '/api/v1/namespaces/default/configmaps', json.dumps(
            {'metadata': {'name': 'm'}, 'data': {'a': 'b'}}))[0], 201)
        path = '/api/v1/namespaces/default/configmaps/m'
        before = self.kube('GET', path)[2]
        for kind, body in (
                ('merge-patch+json', '{'), ('merge-patch+json', '[]'), ('merge-patch+json', ''),
                ('json-patch+json', '{}'), ('json-patch+json', '[{"op":"steal"}]'),
                ('json-patch+json', '[{"op":"remove","path":"/data/none"}]'),
                ('json-patch+json', '[{"op":"replace","path":"data","value":1}]'),
                ('json-patch+json', '[{"op":"add","path":"/data","value":"x"}]'),
                ('json-patch+json', '[%s]' % ','.join(['{"op":"test","path":"","value":0}'] * 10001)),
                ('strategic-merge-patch+json', '{"data":[]}'),
                ('strategic-merge-patch+json', '{"$patch":"frobnicate"}'),
                ('apply-patch+yaml', 'a: ['), ('apply-patch+yaml', '{}'), ('json', '{}')):
            with self.subTest('%s: %s' % (kind, body[:40])):
                status, _, text = self.kube('PATCH', path + '?fieldManager=me', body,
                                            Content_Type='application/' + kind)
                self.assertIn(status, (400, 413, 415, 422), text)
        self.assertEqual(self.kube('GET', path)[2], before)

    def test_paths_and_methods(self):
        for method, path, statuses in (
                ('GET', '/nonsense', (404,)), ('GET', '/api/v2/namespaces', (404,)),
                ('GET', '/apis/none.example/v1/x', (404,)), ('GET', '/api/v1/nodes/%zz', (400, 404)),
                ('GET', '/api/v1/namespaces/../nodes', (301, 400, 404)), ('GET', '//', (200, 301, 404)),
                ('GET', '/api/v1/namespaces/%00', (400, 404)),
                ('GET', '/api/v1/namespaces/default/services/a/b/c/d', (404,)),
                ('PUT', '/api/v1/namespaces', (405,)), ('POST', '/api/v1/namespaces/x', (405,)),
                ('PATCH', '/api/v1/namespaces', (405,)), ('PUT', '/version', (405,)),
                ('BREW', '/api/v1/namespaces', (400, 405)),
                ('DELETE', '/api', (405,)), ('OPTIONS', '/api/v1/namespaces', (405,))):
            with self.subTest('%s %s' % (method, path)):
                status = self.ask(self.rig.kube_url, method, path)[0]
                self.assertIn(status, statuses)

    def test_a_plain_client_at_the_tls_port(self):
        host, port = self.rig.kube_url.split('://')[1].rstrip('/').split(':')
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            wire.sendall(b'GET /api HTTP/1.1\r\nHost: x\r\n\r\n')
            with contextlib.suppress(ConnectionResetError):
                self.assertNotIn(b'<html', wire.recv(65536).lower())


class Program(unittest.TestCase):
    """The command line: what is said, where, and with which exit status."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix='skyrig-clients-')
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.write('good.yaml', SCENARIO)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as stream:
            stream.write(text.encode() if isinstance(text, str) else text)
        os.chmod(path, mode)
        return path

    def run_it(self, *arguments):
        done = subprocess.run([rig.SKYRIG, *arguments], cwd=self.folder, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              env=dict(os.environ, TMPDIR=self.folder))
        return done.returncode, done.stdout + done.stderr

    def refused(self, status, words, *arguments):
        got, said = self.run_it(*arguments)
        self.assertEqual(got, status, said)
        for word in words:
            self.assertIn(word, said)
        self.assertFalse([c for c in said if ord(c) < 32 and c not in '\n\t'], said)
        return said

    def test_ports_in_use(self):
        with socket.create_server(('127.0.0.1', 0)) as taken:
            port = str(taken.getsockname()[1])
            for option in ('--aws-port', '--kube-port'):
                self.refused(3, ['127.0.0.1:' + port, 'Address already in use', 'choose another'],
                             'serve', option, port)

    def test_flags(self):
        for words, arguments in (
                (['--aws-port', '"99999"', '0 to 65535'], ('serve', '--aws-port', '99999')),
                (['--kube-port', '"x"', '0 to 65535'], ('serve', '--kube-port', 'x')),
                (['--speed', '"-1"'], ('serve', '--speed', '-1')),
                (['"slow"', 'instant or aws'], ('serve', '--profile', 'slow')),
                (['--region', 'eu-west-1'], ('serve', '--region', 'x y')),
                (['--seed'], ('serve', '--seed', 'x')), (['"more"'], ('serve', 'more')),
                (['--frobnicate', 'serve --help'], ('serve', '--frobnicate')),
                (['"tset"', 'did you mean test?'], ('tset',)),
                (['--jobs', '"0"'], ('test', '--jobs=0')), (['--repeat'], ('test', '--repeat=-1')),
                (['--timeout', 'e.g. 2m'], ('test', '--timeout=soon')),
                (['"("'], ('test', '--filter=(', 'good.yaml')),
                (['nope.yaml'], ('test', 'nope.yaml')), (['nope.yaml'], ('lint', 'nope.yaml')),
                (['nope.yaml'], ('render', 'nope.yaml')), (['"nonsense"'], ('explain', 'nonsense'))):
            with self.subTest(arguments):
                self.refused(2, words, *arguments)

    def test_nothing_matches(self):
        self.refused(4, ['"tag:none"', 'skyrig list'], 'test', '--filter=tag:none', 'good.yaml')

    def test_controllers_that_are_no_programs(self):
        scenario = SCENARIO.replace('[]', '[ load-balancer-controller ]')
        self.write('lbc.yaml', scenario)
        for name, text, mode in (('text', 'not a program\n', 0o755), ('plain', '\x7fELF', 0o644),
                                 ('script', '#!/nonsense/sh\n', 0o755), ('empty', '', 0o755)):
            with self.subTest(name):
                path = self.write(name, text, mode)
                self.refused(2, ['--controller', path, 'give the path of an executable file'], 'test',
                             '--controller', 'load-balancer-controller=' + path, 'lbc.yaml')
        for path in ('/nonsense', self.folder):
            self.refused(2, ['--controller', path, 'executable file'], 'test', '--controller',
                         'load-balancer-controller=' + path, 'lbc.yaml')
        self.refused(2, ['NAME=PATH'], 'test', '--controller', 'load-balancer-controller')
        self.refused(2, ['"load-balancer"', 'load-balancer-controller'], 'test', '--controller',
                     'load-balancer=/bin/true')

    def test_mistakes_in_a_scenario(self):
        for change, words in (
                (('  - step', '\t- step'), ['bad.yaml:6:1: ', 'a tab', 'use spaces']),
                (('leaks:', 'laeks:'), ['bad.yaml:7:5: ', '"laeks"', 'did you mean leaks?']),
                (('steps:', 'stepps:'), ['bad.yaml:5:1: ', 'did you mean steps?']),
                (('none', 'nome'), ['bad.yaml:7:12: ', 'neither none nor a list', 'write none']),
                (('    leaks: none', '    apply: services/ecko.yaml'),
                 ['bad.yaml:7:12: ', '"services/ecko.yaml"']),
                (('leaks: none', 'expect: [ { one: vpc, where: { CidrBlok: 10.0.0.0/16 } } ]'),
                 ['bad.yaml:7:', '"CidrBlok"', 'CidrBlock']),
                (('leaks: none', 'call: { ec2:CreateVpc: { CidrBlok: 10.0.0.0/16 } }'),
                 ['bad.yaml:7:', 'CidrBlok']),
                (('nothing', '\xff\x1b[2J'), ['bad.yaml:6:']), (('step: nothing', '{ x: ::/0 }'),
                                                                 ['bad.yaml:6:'])):
            with self.subTest(change):
                self.write('bad.yaml', SCENARIO.replace(*change).encode('latin-1'))
                self.refused(2, words + ['Nothing was run'], 'test', 'bad.yaml')
                self.refused(2, words, 'lint', 'bad.yaml')

    def test_files_that_are_none(self):
        for name, text in (('empty.yaml', ''), ('zeros.yaml', '\0' * 100),
                           ('binary.yaml', bytes(range(256)) * 40), ('list.yaml', '- a\n'),
                           ('deep.yaml', '[' * 100000), ('huge.yaml', 'a: ' + 'b' * 9000000)):
            with self.subTest(name):
                self.write(name, text)
                said = self.refused(2, [name], 'test', name)
                self.assertLess(len(said), 2000)

    @unittest.skipIf(os.geteuid() == 0, 'root reads everything')
    def test_unreadable_files(self):
        self.write('secret.yaml', SCENARIO, 0)
        self.refused(2, ['secret.yaml', 'Permission denied'], 'test', 'secret.yaml')

    def test_a_file_that_cannot_be_read(self):
        os.symlink('loop.yaml', os.path.join(self.folder, 'loop.yaml'))
        self.refused(2, ['loop.yaml'], 'test', 'loop.yaml')
        os.mkdir(os.path.join(self.folder, 'calls.yaml'))
        self.refused(2, ['calls.yaml', 'Is a directory'], 'serve', '--fixture', 'calls.yaml')
        self.refused(2, ['none.yaml', 'No such file'], 'serve', '--fixture', 'none.yaml')

    def test_fixtures_with_unknown_members(self):
        self.write('calls.yaml', '- { call: "ec2:CreateVpc", params: { CidrBlok: 10.0.0.0/16 } }\n')
        self.refused(2, ['calls.yaml:1:38', 'CidrBlok', 'did you mean CidrBlock?'], 'serve',
                     '--fixture', 'calls.yaml')

    def test_results_that_cannot_be_written(self):
        for option in ('--junit', '--json'):
            for path in ('/nonsense/results', self.folder):
                said = self.refused(3, [path, 'Nothing was run'], 'test', option, path, 'good.yaml')
                self.assertNotIn('passed', said)
        self.refused(3, ['/nonsense/kubeconfig'], 'serve', '--kubeconfig-out',
                     '/nonsense/kubeconfig')

    def test_the_good_one_passes(self):
        begin = time.monotonic()
        status, said = self.run_it('test', '--junit', 'results.xml', 'good.yaml')
        self.assertEqual(status, 0, said)
        self.assertLess(time.monotonic() - begin, 60)


if __name__ == '__main__':
    sys.exit(rig.main())
