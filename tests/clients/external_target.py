"""Scenarios on somebody else's emulator: moto's server, where it is installed (make bench installs it)."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

import packages
import rig

SCENARIO = """\
scenario: A network on any target
why: the same file runs on every target
source: [ "scenario language" ]
given: {{ controllers: [] }}
steps:
  - step: A VPC with a subnet and a load balancer is made
    call:
      - {{ action: "ec2:CreateVpc", params: {{ CidrBlock: 10.8.0.0/16 }} }}
    within: 10s
    expect:
      - {{ one: vpc, where: {{ CidrBlock: 10.8.0.0/16 }}, has: {{ State: available }}, remember: vpc }}
  - step: It gets a subnet
    call:
      - action: "ec2:CreateSubnet"
        params: {{ VpcId: "${{vpc.VpcId}}", CidrBlock: 10.8.1.0/24, AvailabilityZone: eu-west-1a,
                  TagSpecifications: [ {{ ResourceType: subnet, Tags: [ {{ Key: Name, Value: a }} ] }} ] }}
    expect:
      - {{ one: subnet, of: "${{vpc}}", tagged: {{ Name: a }}, has: {{ AvailabilityZone: eu-west-1a }}, remember: subnet }}
  - step: A load balancer with a listener
    call:
      - action: "elbv2:CreateLoadBalancer"
        params: {{ Name: echo, Type: network, Scheme: internal, Subnets: [ "${{subnet.SubnetId}}" ],
                  Tags: [ {{ Key: service.k8s.aws/stack, Value: default/echo }}, {{ Key: elbv2.k8s.aws/cluster, Value: x }} ] }}
      - action: "elbv2:CreateTargetGroup"
        params: {{ Name: echo, Protocol: TCP, Port: 80, VpcId: "${{vpc.VpcId}}", TargetType: ip }}
    expect:
      - {{ one: load-balancer, of: service default/echo, has: {{ Type: network, Scheme: internal }}, remember: lb }}
      - {{ one: target-group, has: {{ Protocol: TCP, Port: 80 }}, remember: tg }}
      - {{ none: listener, of: service default/echo }}
  - step: Its listener is its part
    call:
      action: "elbv2:CreateListener"
      params: {{ LoadBalancerArn: "${{lb.LoadBalancerArn}}", Protocol: TCP, Port: 80,
                DefaultActions: [ {{ Type: forward, TargetGroupArn: "${{tg.TargetGroupArn}}" }} ] }}
    expect:
      - {{ one: listener, of: service default/echo, has: {{ Port: 80 }} }}
  - step: What is refused
    call: {{ action: "ec2:DeleteSubnet", params: {{ SubnetId: subnet-0123456789abcdef0 }}, fails-with: InvalidSubnetID.NotFound }}
    within: 3s
    expect: [ {claim} ]
"""
PROVABLE = '{ count: subnet, of: "${vpc}", is: 1 }'
CALLS = '{ calls: "ec2:CreateVpc", times: 1 }'


class Moto(unittest.TestCase):
    """Scenarios against moto_server."""

    @classmethod
    def setUpClass(cls):
        bench = os.path.join(os.environ['SKYRIG_SOURCE'], 'tests', 'bench', 'requirements.txt')
        folder = packages.environment_if_there('moto', bench)
        if not folder:
            raise unittest.SkipTest('moto is not installed (make bench installs it)')
        cls.folder = tempfile.mkdtemp(prefix='skyrig-external-')
        cls.process = subprocess.Popen([os.path.join(folder, 'moto_server'), '-H', '127.0.0.1', '-p', '0'],
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                       env=dict(os.environ, PYTHONUNBUFFERED='1'))
        cls.url = cls.address()
        cls.rest = threading.Thread(target=cls.process.stdout.read)  # else its pipe fills
        cls.rest.start()

    @classmethod
    def address(cls):
        """Where it listens, once it says so."""
        limit = threading.Timer(rig.START_SECONDS, cls.process.kill)
        limit.start()
        try:
            for line in cls.process.stdout:
                found = re.search(r'http://127\.0\.0\.1:\d+', line)
                if found:
                    return found.group()
        finally:
            limit.cancel()
        raise RuntimeError('moto_server did not start')

    @classmethod
    def tearDownClass(cls):
        cls.process.send_signal(signal.SIGTERM)
        cls.process.wait(rig.STOP_SECONDS)
        cls.rest.join()
        cls.process.stdout.close()
        shutil.rmtree(cls.folder)

    def run_scenario(self, claim, *arguments):
        """What skyrig test says, and its exit status; moto begins with nothing."""
        urllib.request.urlopen(urllib.request.Request(self.url + '/moto-api/reset', method='POST')).close()
        path = os.path.join(self.folder, 'scenario.yaml')
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(SCENARIO.format(claim=claim))
        environment = dict(os.environ, AWS_ACCESS_KEY_ID='testing', AWS_SECRET_ACCESS_KEY='testing',
                           TMPDIR='/tmp', XDG_STATE_HOME=self.folder, SKYRIG_KEEP_RUNS='0')
        done = subprocess.run([rig.SKYRIG, 'test', path, '--target', 'external', '--aws-endpoint', self.url,
                               '--json', os.path.join(self.folder, 'results.json'), *arguments],
                              env=environment, text=True, capture_output=True, check=False,
                              timeout=rig.CLIENT_SECONDS)
        return done.returncode, done.stdout + done.stderr

    def test_what_moto_shows_is_judged(self):
        status, said = self.run_scenario(PROVABLE)
        self.assertEqual(status, 0, said)

    def test_what_moto_cannot_show_is_not_provable(self):
        status, said = self.run_scenario(CALLS)
        self.assertEqual(status, 3, said)
        self.assertIn('no journal tells the calls', said)
        status, said = self.run_scenario('{ none: ipam }')
        self.assertEqual(status, 3, said)
        self.assertIn('ipam: ec2:DescribeIpams: the target answers status', said)

    def test_what_is_wrong_there_fails(self):
        status, said = self.run_scenario('{ count: subnet, of: "${vpc}", is: 2 }')
        self.assertEqual(status, 1, said)


LBC = """\
scenario: The real controller works on any target
why: a dual-stack NLB is one wherever the controller is started
source: [ "scenario language" ]
given: { controllers: [], aws: aws/network-dual-stack.yaml }
vars: { target-type: instance }
steps:
  - step: A Service gets its load balancer
    apply: services/echo-dual-stack.yaml
    within: 60s
    expect:
      - { one: load-balancer, of: service default/echo, has: { IpAddressType: dualstack, State: { Code: active } } }
      - { one: listener, of: service default/echo, has: { Port: 80 } }
  - step: It is deleted with it
    delete: service default/echo
    within: 60s
    expect:
      - { none: load-balancer, of: service default/echo }
      - { none: target-group, of: service default/echo }
      - { none: service, where: { metadata: { name: echo } } }
"""
SOURCE = os.environ['SKYRIG_SOURCE']


class Controller(rig.Case):
    """The load balancer controller is started against another `skyrig serve`."""

    arguments = ('--profile', 'aws', '--speed', '20', '--fixture',
                 os.path.join(SOURCE, 'fixtures', 'aws', 'network-dual-stack.yaml'))

    def test_a_controller_of_ours_works_there(self):
        folder = self.rig.folder
        os.symlink(os.path.join(SOURCE, 'fixtures'), os.path.join(folder, 'fixtures'))
        path = os.path.join(folder, 'scenario.yaml')
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(LBC)
        environment = dict(self.rig.env, SKYRIG_CACHE=packages.cache(), XDG_STATE_HOME=folder, TMPDIR=folder)
        done = subprocess.run([rig.SKYRIG, 'test', path, '--target', 'external', '--aws-endpoint', self.rig.aws_url,
                               '--kubeconfig', self.rig.kubeconfig, '--start', 'load-balancer-controller',
                               '--set', 'vpc-id=vpc-0d0a15ac4000000aa'], cwd=SOURCE, env=environment, text=True,
                              capture_output=True, check=False, timeout=300)
        if done.returncode == 3 and 'tools/controllers/install' in done.stdout:
            self.skipTest('the load balancer controller is not built')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == '__main__':
    sys.exit(rig.main())
