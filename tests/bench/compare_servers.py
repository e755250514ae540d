"""The measurements of `compare`, which starts this in an environment that has boto3 and moto."""

import argparse
import contextlib
import http.client
import json
import os
import re
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import boto3
from botocore.config import Config

REGION = 'eu-west-1'
KEY, SECRET = 'AKIASKYRIGOPERATOR22', 'skyrig/operator/678901234567890123456789'
SUBNETS, LOAD_BALANCERS, TARGETS = 200, 400, 500
START_SECONDS, STOP_SECONDS, CALL_SECONDS = 60, 10, 120
STARTS = {'skyrig': 5, 'moto': 2}  # how often each is started to measure that; the median counts
# moto answers some of these twice a second: then a longer look is needed to count at all
SLOW_SECONDS, SLOW_PER_SECOND = 10, 50
START_GOAL_MS, MEMORY_GOAL_MIB = 50, 30


class Server:
    """A server in a process of its own, from the moment of its start."""

    def __init__(self, name, command, folder):
        self.name, self.folder = name, folder
        self.log = open(os.path.join(folder, name + '.log'), 'w+', encoding='utf-8')
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT if name == 'moto' else self.log,
                                        text=True, env=dict(os.environ, TMPDIR=folder))
        watchdog = threading.Timer(START_SECONDS, self.process.kill)
        watchdog.start()
        try:
            self.addresses = self.read_addresses()
        finally:
            watchdog.cancel()
        threading.Thread(target=self.drain, daemon=True).start()
        self.url = self.addresses['aws']

    def read_addresses(self):
        for line in self.process.stdout:
            if line.startswith('{'):
                return json.loads(line)
            match = re.search(r'Running on (http://\S+)', line)
            if match:
                return {'aws': match.group(1)}
        raise RuntimeError('%s did not start' % self.name)

    def drain(self):
        """moto writes a line for each request: nobody reads them, but the pipe must not fill."""
        for _ in self.process.stdout:
            pass

    def since_start_ms(self):
        return (time.monotonic() - self.started) * 1e3

    def memory_mib(self):
        with open('/proc/%d/status' % self.process.pid, encoding='ascii') as stream:
            line = next(line for line in stream if line.startswith('VmRSS:'))
        return int(line.split()[1]) / 1024

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION,
                            aws_access_key_id=KEY, aws_secret_access_key=SECRET,
                            config=Config(retries={'total_max_attempts': 1},
                                          read_timeout=CALL_SECONDS))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


def commands(skyrig):
    return {'skyrig': [skyrig, 'serve', '--profile', 'instant'],
            'moto': [os.path.join(os.path.dirname(sys.executable), 'moto_server'),
                     '-H', '127.0.0.1', '-p', '0']}


@contextlib.contextmanager
def running(skyrig, name):
    with tempfile.TemporaryDirectory(prefix='skyrig-bench-') as folder:
        server = Server(name, commands(skyrig)[name], folder)
        try:
            yield server
        finally:
            server.stop()


def first_answers(server):
    """DescribeVpcs without boto3, whose own start would count; then /version of Kubernetes."""
    address = urllib.parse.urlparse(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=START_SECONDS)
    connection.request('POST', '/', 'Action=DescribeVpcs&Version=2016-11-15', {
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
        'Authorization': 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/%s/ec2/aws4_request, '
                         'SignedHeaders=host, Signature=0' % REGION})
    answer = connection.getresponse()
    answer.read()
    times = {'start': server.since_start_ms(), 'status': answer.status}
    connection.close()
    if 'kubernetes' in server.addresses:
        address = urllib.parse.urlparse(server.addresses['kubernetes'])
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(address.hostname, address.port, context=trusting,
                                                 timeout=START_SECONDS)
        connection.request('GET', '/version')
        connection.getresponse().read()
        times['kubernetes'] = server.since_start_ms()
        connection.close()
    times['memory'] = server.memory_mib()
    return times


def measure_start(skyrig, name):
    all_times = []
    for _ in range(STARTS[name]):
        with running(skyrig, name) as server:
            all_times.append(first_answers(server))
    return {key: statistics.median(times[key] for times in all_times) for key in all_times[0]}


def fill(server):
    """The same data in both: a VPC with 200 subnets, no others in the region; 400 load balancers
    in three subnets each; a target group with 500 addresses."""
    ec2, elbv2 = server.client('ec2'), server.client('elbv2')
    for subnet in ec2.describe_subnets()['Subnets']:
        ec2.delete_subnet(SubnetId=subnet['SubnetId'])
    vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
    gateway = ec2.create_internet_gateway()['InternetGateway']['InternetGatewayId']
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock='10.0.%d.0/24' % i,
                                 AvailabilityZone=REGION + 'abc'[i % 3])['Subnet']['SubnetId']
               for i in range(SUBNETS)]
    for i in range(LOAD_BALANCERS):
        first = 3 * (i % (SUBNETS // 3))
        elbv2.create_load_balancer(Name='lb-%d' % i, Type='network', Scheme='internet-facing',
                                   Subnets=subnets[first:first + 3])
    group = elbv2.create_target_group(Name='targets', Protocol='TCP', Port=80, VpcId=vpc,
                                      TargetType='ip')['TargetGroups'][0]['TargetGroupArn']
    targets = [{'Id': '10.0.%d.%d' % (i // 200, 10 + i % 200), 'Port': 80} for i in range(TARGETS)]
    elbv2.register_targets(TargetGroupArn=group, Targets=targets)
    return {'ec2': ec2, 'elbv2': elbv2, 'sts': server.client('sts'), 'vpc': vpc,
            'subnet': subnets[7], 'group': group, 'targets': targets}


CHANGE = object()  # of REQUESTS: pairs of a change and a read


def tag(data, value):
    return bool(data['ec2'].create_tags(Resources=[data['subnet']],
                                        Tags=[{'Key': 'a', 'Value': value}]))


# name, call, how many things its answer has, times moto's rate at 8 connections and at 1
REQUESTS = [
    ('DescribeSubnets (200)', lambda d: len(d['ec2'].describe_subnets()['Subnets']),
     SUBNETS, 200, 30),
    ('DescribeLoadBalancers (400)',
     lambda d: len(d['elbv2'].describe_load_balancers(PageSize=400)['LoadBalancers']),
     LOAD_BALANCERS, 200, 30),
    ('DescribeTargetHealth (500)',
     lambda d: len(d['elbv2'].describe_target_health(
         TargetGroupArn=d['group'])['TargetHealthDescriptions']), TARGETS, 200, 30),
    ('DescribeVpcs', lambda d: len(d['ec2'].describe_vpcs()['Vpcs']), 2, 100, 30),
    ('DescribeVpcs by id', lambda d: len(d['ec2'].describe_vpcs(VpcIds=[d['vpc']])['Vpcs']),
     1, 100, 30),
    ('DescribeSubnets by id',
     lambda d: len(d['ec2'].describe_subnets(SubnetIds=[d['subnet']])['Subnets']), 1, 100, 30),
    ('DescribeLoadBalancers by name',
     lambda d: len(d['elbv2'].describe_load_balancers(Names=['lb-7'])['LoadBalancers']),
     1, 100, 30),
    ('CreateTags', lambda d: tag(d, 'b'), True, 100, 30),
    # CreateTags with another value, then the list, which differs by it: nothing can be remembered;
    # no goal is stated for it
    ('CreateTags and DescribeSubnets (200)', CHANGE, SUBNETS, 0, 0),
    ('GetCallerIdentity', lambda d: len(d['sts'].get_caller_identity()['Account']), 12, 100, 30),
    # the last: thousands of large requests in the journal would be thrown away during the others
    ('RegisterTargets (500)',
     lambda d: bool(d['elbv2'].register_targets(TargetGroupArn=d['group'],
                                                Targets=d['targets'])), True, 50, 30),
]


def sign(data, call, expected):
    """The request that boto3 sends, with its signature; its answer must have what is expected."""
    sent = []
    for service in ('ec2', 'elbv2', 'sts'):
        data[service].meta.events.register('before-send', lambda request, **_: sent.append(request),
                                           unique_id='bench')
    try:
        found = call(data)
    finally:
        for service in ('ec2', 'elbv2', 'sts'):
            data[service].meta.events.unregister('before-send', unique_id='bench')
    if found != expected:
        raise RuntimeError('%r instead of %r in the answer' % (found, expected))
    return sent[-1]


def lua_text(value):
    text = value.decode('latin-1') if isinstance(value, bytes) else str(value)
    return '"%s"' % ''.join(c if c.isalnum() or c in ' -_./:=,;%&*' else '\\%03d' % ord(c)
                            for c in text)


# what wrk prints at its end, for the regular expression in load()
WRK_DONE = '''
function done(summary, latency, requests)
	local errors = summary.errors
	io.write(string.format('\\nRESULT {"requests": %d, "us": %d, "failed": %d}\\n', summary.requests,
		summary.duration, errors.status + errors.connect + errors.read + errors.write +
		errors.timeout))
end'''


def requests_of(data, call, expected):
    """The signed requests of a row, to be sent one after the other, and how many make one."""
    if call is not CHANGE:
        return [sign(data, call, expected)], 1
    found = []
    for value in 'xy':
        found.append(sign(data, lambda d, v=value: tag(d, v), True))
        found.append(sign(data, lambda d: len(d['ec2'].describe_subnets()['Subnets']), expected))
    return found, 2


def headers_of(request):
    """As wrk sends them; it makes Host and Content-Length itself."""
    return [(lua_text(name), lua_text(value)) for name, value in request.headers.items()
            if name.lower() != 'content-length']


def path_of(request):
    return lua_text(urllib.parse.urlparse(request.url).path or '/')


def script(requests):
    """What makes wrk send them in turn. A single one is made once: to call Lua for each would
    take wrk as long as some answers take."""
    if len(requests) == 1:
        request = requests[0]
        return '\n'.join(['wrk.method = ' + lua_text(request.method),
                          'wrk.path = ' + path_of(request),
                          'wrk.body = ' + lua_text(request.body or b'')] +
                         ['wrk.headers[%s] = %s' % pair for pair in headers_of(request)] +
                         [WRK_DONE]) + '\n'
    lines = ['local requests, next = {}, 0', 'function init(arguments)']
    for request in requests:
        headers = ', '.join('[%s] = %s' % pair for pair in headers_of(request))
        lines.append('requests[#requests + 1] = wrk.format(%s, %s, '
                     '{%s, Host = wrk.headers["Host"]}, %s)' % (
            lua_text(request.method), path_of(request), headers, lua_text(request.body or b'')))
    lines += ['end', 'function request()', 'next = next % #requests + 1', 'return requests[next]',
              'end', WRK_DONE]
    return '\n'.join(lines) + '\n'


def load(options, server, requests, connections, seconds):
    """Requests per second of wrk with so many connections."""
    return run_wrk(options, server.folder, server.url, script(requests), connections, seconds)


def run_wrk(options, folder, url, lua, connections, seconds):
    path = os.path.join(folder, 'request.lua')
    with open(path, 'w', encoding='ascii') as stream:
        stream.write(lua)
    done = subprocess.run([options.wrk, '-t', '1', '-c', str(connections),
                           '-d', '%ds' % max(1, round(seconds)), '--timeout', '60s', '-s', path,
                           url], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=seconds + 90, check=True)
    result = json.loads(re.search(r'^RESULT (.*)$', done.stdout, re.M).group(1))
    if result['failed']:
        raise RuntimeError('%d of %d requests failed' % (result['failed'], result['requests']))
    return result['requests'] / result['us'] * 1e6


def measure_load(options, server):
    data = fill(server)
    rates = {}
    for name, call, expected, _, _ in REQUESTS:
        if options.only not in name:
            continue
        for connections in (8, 1):
            # anew: a signature holds for five minutes
            requests, each = requests_of(data, call, expected)
            rate = load(options, server, requests, connections, 1)  # warms up, tells how long
            seconds = SLOW_SECONDS if rate < SLOW_PER_SECOND else options.seconds
            rates[name, connections] = load(options, server, requests, connections,
                                            seconds) / each
    return rates


def measure_bare(options):
    """Our HTTP layer with nothing behind it: what wrk and the system leave to be had here."""
    process = subprocess.Popen([options.bare], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               text=True)
    try:
        url = 'http://127.0.0.1:%d/small' % int(process.stdout.readline())
        with tempfile.TemporaryDirectory(prefix='skyrig-bench-') as folder:
            return {connections: run_wrk(options, folder, url, WRK_DONE + '\n', connections,
                                         options.seconds) for connections in (8, 1)}
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Table:
    def __init__(self):
        self.missed = 0
        print('%-44s %12s %12s %9s  %s' % ('', 'skyrig', 'moto', 'ratio', 'goal'))

    def row(self, name, ours, theirs, unit, ratio, goal='', met=None):
        verdict = '' if met is None else 'ok' if met else 'MISSED'
        self.missed += met is False
        print('%-44s %12s %12s %9s  %s' % (
            '%s [%s]' % (name, unit), '%.*f' % (0 if ours >= 1000 else 1, ours),
            '' if theirs is None else '%.1f' % theirs, '' if ratio is None else '%.1f' % ratio,
            ('%s: %s' % (goal, verdict)) if goal else ''))


def connections_text(connections):
    return '%d connection%s' % (connections, '' if connections == 1 else 's')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--skyrig')
    parser.add_argument('--wrk')
    parser.add_argument('--bare')
    parser.add_argument('--seconds', type=float)
    parser.add_argument('--only')
    options = parser.parse_args()
    start = {name: measure_start(options.skyrig, name) for name in STARTS}
    table = Table()
    ours, theirs = start['skyrig'], start['moto']
    table.row('first answer of AWS', ours['start'], theirs['start'], 'ms',
              theirs['start'] / ours['start'], 'under %d ms' % START_GOAL_MS,
              ours['start'] < START_GOAL_MS)
    table.row('first answers of AWS and Kubernetes', ours['kubernetes'], None, 'ms', None,
              'under %d ms' % START_GOAL_MS, ours['kubernetes'] < START_GOAL_MS)
    table.row('resident memory then', ours['memory'], theirs['memory'], 'MiB',
              theirs['memory'] / ours['memory'], 'under %d MiB' % MEMORY_GOAL_MIB,
              ours['memory'] < MEMORY_GOAL_MIB)
    bare = measure_bare(options) if options.bare else {}
    for connections, rate in bare.items():
        table.row('nothing but HTTP, %s' % connections_text(connections), rate, None, '1/s', None)
    rates = {}
    for name in STARTS:
        with running(options.skyrig, name) as server:
            rates[name] = measure_load(options, server)
    for name, _, _, *goals in REQUESTS:
        for connections, goal in zip((8, 1), goals):
            if (name, connections) not in rates['moto']:
                continue
            ours, theirs = (rates[who][name, connections] for who in ('skyrig', 'moto'))
            table.row('%s, %s' % (name, connections_text(connections)), ours, theirs, '1/s', ours / theirs, '%d times' % goal if goal else '',
                      ours >= goal * theirs if goal else None)
    print('each goal is met' if not table.missed else '%d goals are missed' % table.missed)
    return 1 if table.missed else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print('compare: %s' % error)
        sys.exit(1)
