"""The aws command line, as an operator types it: a dual-stack VPC with a network load balancer by
hand, `aws … wait`, and taking it down: in the wrong order, with AWS's refusals, and in the right one.

Where the refusals' texts come from is said in the errors.tbl files of emulator/aws/.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import awscli.clidriver

import rig

SPEED = '1000'  # of AWS's own clock: a NAT gateway takes 60 ms instead of a minute


class Shell(unittest.TestCase):
    """A `skyrig serve --env` whose lines were sourced; everything goes to its --endpoint-url."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix='skyrig-clients-')
        cls.addClassCleanup(cls.folder.cleanup)
        cls.process = subprocess.Popen(
            [rig.SKYRIG, 'serve', '--env', '--speed', SPEED], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, SKYRIG_CHECK_REPLIES='1', TMPDIR=cls.folder.name))
        cls.addClassCleanup(cls.end)
        cls.env = dict(os.environ, HOME=cls.folder.name, AWS_PAGER='', AWS_MAX_ATTEMPTS='1',
                       AWS_EC2_METADATA_DISABLED='true', AWS_CONFIG_FILE='/dev/null',
                       AWS_SHARED_CREDENTIALS_FILE='/dev/null')
        while 'KUBECONFIG' not in cls.env:
            line = cls.process.stdout.readline()
            name, value = re.fullmatch(r"export (\w+)='?([^']*)'?\n", line).groups()
            cls.env[name] = value
        cls.url = cls.env.pop('AWS_ENDPOINT_URL')
        awscli.clidriver.create_clidriver()  # imports what each command needs

    @classmethod
    def end(cls):
        cls.process.terminate()
        if cls.process.wait(rig.STOP_SECONDS):
            raise AssertionError('skyrig serve ended with status %d' % cls.process.returncode)
        cls.process.stdout.close()

    def run_aws(self, command, **words):
        """A command line; {name} in it stands for a word, whatever is in it.

        It is a process of its own, that only spares itself importing the client once more: of a
        hundred commands that is most of the time."""
        arguments = [word.format(**words) for word in command.split()]
        said = [os.path.join(self.folder.name, name) for name in ('stdout', 'stderr')]
        child = os.fork()
        if not child:
            os.environ.clear()
            os.environ.update(self.env)
            for number, path in enumerate(said):
                os.dup2(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), number + 1)
            sys.argv = ['aws', '--endpoint-url', self.url, '--output', 'json', *arguments]
            status = 1
            try:
                status = awscli.clidriver.main()
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for path in said:
            with open(path, encoding='utf-8') as stream:
                texts.append(stream.read())
        return subprocess.CompletedProcess(sys.argv, status, *texts)

    def aws(self, command, query=None, **words):
        """What it prints, decoded."""
        done = self.run_aws(command + (' --query ' + query if query else ''), **words)
        self.assertEqual((done.returncode, done.stderr), (0, ''), command)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, code, text, command, **words):
        """The error, as people see it."""
        done = self.run_aws(command, **words)
        operation = ''.join(part.capitalize() for part in command.split()[1].split('-'))
        self.assertEqual(done.stdout, '')
        self.assertEqual(done.stderr.strip(), 'An error occurred (%s) when calling the %s operation: '
                         '%s' % (code, operation, text.format(**words)))
        self.assertIn(done.returncode, (254, 255))


class DualStackByHand(Shell):
    """One story; each chapter needs those before it."""

    def setUp(self):
        self.made = {}

    def test_it_is_built_refused_in_the_wrong_order_and_taken_down_in_the_right_one(self):
        before = self.everything()
        self.build_network()
        self.build_backend()
        self.build_balancer()
        with self.subTest('the wrong order'):
            there = self.everything()
            self.take_down_in_the_wrong_order()
            self.assertEqual(self.everything(), there)
        self.take_down_in_the_right_order()
        self.assertEqual(self.everything(), before)
        self.look_for_what_is_gone()

    def make(self, name, command, query):
        self.made[name] = self.aws(command, query, **self.made)

    def do(self, command, **words):
        return self.aws(command, **self.made, **words)

    def no(self, code, text, command):
        self.refused(code, text, command, **self.made)

    def everything(self):
        """What there is, by kind."""
        found = {}
        for command, query in (('ec2 describe-vpcs', 'Vpcs[].VpcId'),
                               ('ec2 describe-subnets', 'Subnets[].SubnetId'),
                               ('ec2 describe-network-interfaces',
                                'NetworkInterfaces[].NetworkInterfaceId'),
                               ('ec2 describe-security-groups', 'SecurityGroups[].GroupId'),
                               ('ec2 describe-route-tables', 'RouteTables[].RouteTableId'),
                               ('ec2 describe-internet-gateways',
                                'InternetGateways[].InternetGatewayId'),
                               ('ec2 describe-addresses', 'Addresses[].AllocationId'),
                               ('elbv2 describe-load-balancers',
                                'LoadBalancers[].LoadBalancerArn'),
                               ('elbv2 describe-target-groups', 'TargetGroups[].TargetGroupArn')):
            found[command] = sorted(self.aws(command, query))
        return found

    def build_network(self):
        self.make('vpc', 'ec2 create-vpc --cidr-block 10.20.0.0/16 --amazon-provided-ipv6-cidr-block',
                  'Vpc.VpcId')
        self.do('ec2 wait vpc-available --vpc-ids {vpc}')
        for _ in range(100):
            state, block = self.aws(
                'ec2 describe-vpcs --vpc-ids {vpc}', 'Vpcs[0].Ipv6CidrBlockAssociationSet[0].'
                '[Ipv6CidrBlockState.State,Ipv6CidrBlock]', **self.made)
            if state == 'associated':
                break
        self.assertRegex(block, r'::/56$')
        for index, zone in enumerate('ab'):
            self.made['six'] = block.replace('00::/56', '%02x::/64' % index)
            self.make('subnet_' + zone, 'ec2 create-subnet --vpc-id {vpc} --availability-zone '
                      'eu-west-1%s --cidr-block 10.20.%d.0/24 --ipv6-cidr-block {six}'
                      % (zone, index), 'Subnet.SubnetId')
        self.do('ec2 wait subnet-available --subnet-ids {subnet_a} {subnet_b}')
        self.make('gateway', 'ec2 create-internet-gateway', 'InternetGateway.InternetGatewayId')
        self.do('ec2 wait internet-gateway-exists --internet-gateway-ids {gateway}')
        self.do('ec2 attach-internet-gateway --vpc-id {vpc} --internet-gateway-id {gateway}')
        self.make('table', 'ec2 create-route-table --vpc-id {vpc}', 'RouteTable.RouteTableId')
        for option in ('--destination-cidr-block 0.0.0.0/0', '--destination-ipv6-cidr-block ::/0'):
            self.assertEqual(self.do('ec2 create-route --route-table-id {table} --gateway-id '
                                     '{gateway} ' + option), {'Return': True})
        for zone in 'ab':
            self.make('association_' + zone, 'ec2 associate-route-table --route-table-id {table} '
                      '--subnet-id {subnet_%s}' % zone, 'AssociationId')
        self.make('group', 'ec2 create-security-group --group-name web --description web --vpc-id '
                  '{vpc}', 'GroupId')
        self.do('ec2 wait security-group-exists --group-ids {group}')
        self.do('ec2 authorize-security-group-ingress --group-id {group} --protocol tcp --port 80 '
                '--cidr 0.0.0.0/0')
        self.make('default_group', 'ec2 describe-security-groups --filters Name=vpc-id,Values={vpc} '
                  'Name=group-name,Values=default', 'SecurityGroups[0].GroupId')
        self.make('main_table', 'ec2 describe-route-tables --filters Name=vpc-id,Values={vpc} '
                  'Name=association.main,Values=true', 'RouteTables[0].RouteTableId')

    def build_backend(self):
        self.make('address', 'ec2 allocate-address --domain vpc', 'AllocationId')
        self.make('public_ip', 'ec2 describe-addresses --allocation-ids {address}',
                  'Addresses[0].PublicIp')
        self.make('nat', 'ec2 create-nat-gateway --subnet-id {subnet_a} --allocation-id {address}',
                  'NatGateway.NatGatewayId')
        self.do('ec2 wait nat-gateway-available --nat-gateway-ids {nat}')
        self.make('image', 'ec2 describe-images --owners amazon', 'Images[0].ImageId')
        self.make('instance', 'ec2 run-instances --image-id {image} --instance-type '
                  'm5.large --subnet-id {subnet_a} --security-group-ids {group}',
                  'Instances[0].InstanceId')
        self.do('ec2 wait instance-running --instance-ids {instance}')

    def build_balancer(self):
        self.make('balancer', 'elbv2 create-load-balancer --name web --type network --scheme '
                  'internet-facing --ip-address-type dualstack --subnets {subnet_a} {subnet_b} '
                  '--security-groups {group}', 'LoadBalancers[0].LoadBalancerArn')
        self.do('elbv2 wait load-balancer-available --load-balancer-arns {balancer}')
        self.make('targets', 'elbv2 create-target-group --name web --protocol TCP --port 80 '
                  '--target-type instance --vpc-id {vpc}', 'TargetGroups[0].TargetGroupArn')
        self.do('elbv2 register-targets --target-group-arn {targets} --targets Id={instance}')
        self.make('listener', 'elbv2 create-listener --load-balancer-arn {balancer} --protocol TCP '
                  '--port 80 --default-actions Type=forward,TargetGroupArn={targets}',
                  'Listeners[0].ListenerArn')
        self.do('elbv2 wait target-in-service --target-group-arn {targets}')
        shown = self.do('elbv2 describe-load-balancers --load-balancer-arns {balancer}')
        self.assertEqual(shown['LoadBalancers'][0]['IpAddressType'], 'dualstack')
        self.assertEqual(shown['LoadBalancers'][0]['State'], {'Code': 'active'})
        self.make('interface', 'ec2 describe-network-interfaces --filters '
                  'Name=subnet-id,Values={subnet_a} Name=interface-type,Values=network_load_balancer',
                  'NetworkInterfaces[0].NetworkInterfaceId')

    def take_down_in_the_wrong_order(self):
        has = "The %s '{%s}' has dependencies and cannot be deleted."
        for code, text, command in (
                ('DependencyViolation', has % ('vpc', 'vpc'), 'ec2 delete-vpc --vpc-id {vpc}'),
                ('DependencyViolation', has % ('subnet', 'subnet_a'),
                 'ec2 delete-subnet --subnet-id {subnet_a}'),
                ('DependencyViolation', has % ('internetGateway', 'gateway'),
                 'ec2 delete-internet-gateway --internet-gateway-id {gateway}'),
                ('DependencyViolation', 'Network {vpc} has some mapped public address(es). Please '
                 'unmap those public address(es) before detaching the gateway.',
                 'ec2 detach-internet-gateway --vpc-id {vpc} --internet-gateway-id {gateway}'),
                ('DependencyViolation', has % ('routeTable', 'table'),
                 'ec2 delete-route-table --route-table-id {table}'),
                ('DependencyViolation', has % ('routeTable', 'main_table'),
                 'ec2 delete-route-table --route-table-id {main_table}'),
                ('DependencyViolation', 'resource {group} has a dependent object',
                 'ec2 delete-security-group --group-id {group}'),
                ('CannotDelete', 'the specified group: "{default_group}" name: "default" cannot be '
                 'deleted by a user', 'ec2 delete-security-group --group-id {default_group}'),
                ('AuthFailure', 'You do not have permission to access the specified resource.',
                 'ec2 release-address --allocation-id {address}'),
                ('AuthFailure', 'You do not have permission to access the specified resource.',
                 'ec2 delete-network-interface --network-interface-id {interface}'),
                ('ResourceInUse', "Target group '{targets}' is currently in use by a listener or a "
                 'rule', 'elbv2 delete-target-group --target-group-arn {targets}')):
            with self.subTest(command):
                self.no(code, text, command)

    def take_down_in_the_right_order(self):
        self.do('elbv2 delete-listener --listener-arn {listener}')
        self.do('elbv2 delete-load-balancer --load-balancer-arn {balancer}')
        self.do('elbv2 wait load-balancers-deleted --load-balancer-arns {balancer}')
        self.do('elbv2 delete-target-group --target-group-arn {targets}')
        self.do('ec2 terminate-instances --instance-ids {instance}')
        self.do('ec2 wait instance-terminated --instance-ids {instance}')
        self.do('ec2 delete-nat-gateway --nat-gateway-id {nat}')
        self.do('ec2 wait nat-gateway-deleted --nat-gateway-ids {nat}')
        self.do('ec2 release-address --allocation-id {address}')
        for zone in 'ab':
            self.do('ec2 disassociate-route-table --association-id {association_%s}' % zone)
            self.do('ec2 delete-subnet --subnet-id {subnet_%s}' % zone)
        self.do('ec2 delete-route-table --route-table-id {table}')
        self.do('ec2 delete-security-group --group-id {group}')
        self.do('ec2 detach-internet-gateway --vpc-id {vpc} --internet-gateway-id {gateway}')
        self.do('ec2 delete-internet-gateway --internet-gateway-id {gateway}')
        self.do('ec2 delete-vpc --vpc-id {vpc}')

    def look_for_what_is_gone(self):
        for code, text, command in (
                ('InvalidVpcID.NotFound', "The vpc ID '{vpc}' does not exist",
                 'ec2 delete-vpc --vpc-id {vpc}'),
                ('InvalidSubnetID.NotFound', "The subnet ID '{subnet_a}' does not exist",
                 'ec2 delete-subnet --subnet-id {subnet_a}'),
                ('LoadBalancerNotFound', "Load balancers '[{balancer}]' not found",
                 'elbv2 describe-load-balancers --load-balancer-arns {balancer}')):
            with self.subTest(command):
                self.no(code, text, command)


class CommandLine(Shell):
    def test_a_typo_in_a_parameter_never_leaves_the_client(self):
        done = self.run_aws('ec2 create-vpc --cidr-blok 10.0.0.0/16')
        self.assertIn('Unknown options: --cidr-blok', done.stderr)
        self.assertNotEqual(done.returncode, 0)

    def test_output_as_a_table_and_as_text(self):
        text = self.run_aws('ec2 describe-availability-zones --output text --query '
                            'AvailabilityZones[].ZoneName').stdout
        self.assertEqual(text.split(), ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'])
        self.assertIn('|  VpcId', self.run_aws(
            'ec2 describe-vpcs --output table').stdout.replace('||', '|'))

    def test_pages_are_followed(self):
        for i in range(7):
            self.aws('ec2 create-vpc --cidr-block 10.%d.0.0/16' % i)
        few = self.aws('ec2 describe-vpcs --page-size 5 --filters Name=is-default,Values=false',
                       'Vpcs[].VpcId')
        self.assertEqual(len(set(few)), 7)
        first = self.aws('ec2 describe-vpcs --max-items 3')
        self.assertEqual(len(first['Vpcs']), 3)
        self.assertTrue(first['NextToken'])

    def test_dry_run_and_who_am_i(self):
        self.refused('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.',
                     'ec2 create-vpc --cidr-block 10.99.0.0/16 --dry-run')
        self.assertRegex(self.aws('sts get-caller-identity', 'Arn'), r'^arn:aws:iam::\d{12}:user/')


if __name__ == '__main__':
    sys.exit(rig.main())
