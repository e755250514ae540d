"""What `aws … describe-*` prints of one emulator is imported, and another one starts from it: the same again."""

import json
import os
import subprocess
import sys

import rig

VOLATILE = {
    # times, and what is made anew each time
    'CreateTime', 'CreatedTime', 'AttachTime', 'LaunchTime', 'CreationTimestamp', 'StartTime', 'ReservationId',
    'MacAddress', 'PublicIp', 'PublicIpAddress', 'PublicDnsName', 'KeyFingerprint', 'AssociationId', 'AttachmentId',
    'ClientToken', 'RequesterId', 'DNSName', 'CanonicalHostedZoneName', 'UsageOperationUpdateTime', 'VolumeId',
    'NetworkAclAssociationId', 'TargetHealth', 'DeleteOnTermination', 'IpOwnerId', 'AnycastTag'}
# what a VPC gets by itself, with ids of its own
IMPLIED = ('RouteTableAssociationId', 'NetworkAclId', 'DhcpOptionsId')

DESCRIBES = [
    ('ec2', 'describe-vpcs'), ('ec2', 'describe-dhcp-options'), ('ec2', 'describe-subnets'),
    ('ec2', 'describe-internet-gateways'), ('ec2', 'describe-egress-only-internet-gateways'),
    ('ec2', 'describe-security-groups'), ('ec2', 'describe-security-group-rules'),
    ('ec2', 'describe-route-tables'), ('ec2', 'describe-addresses'), ('ec2', 'describe-nat-gateways'),
    ('ec2', 'describe-network-interfaces'), ('ec2', 'describe-key-pairs'), ('ec2', 'describe-instances'),
    ('ec2', 'describe-vpc-endpoints'),
    ('elbv2', 'describe-load-balancers'), ('elbv2', 'describe-target-groups'), ('elb', 'describe-load-balancers')]


def settled(value):
    """A tree to compare: without what is made anew each time, lists in an order of their own."""
    if isinstance(value, dict):
        return {key: settled(item) for key, item in value.items() if key not in VOLATILE and key not in IMPLIED}
    if isinstance(value, list):
        return sorted((settled(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


KEYS = {'Addresses': 'AllocationId', 'Instances': 'InstanceId', 'NatGateways': 'NatGatewayId', 'Subnets': 'SubnetId',
        'NetworkInterfaces': 'NetworkInterfaceId', 'SecurityGroups': 'GroupId', 'RouteTables': 'RouteTableId',
        'SecurityGroupRules': 'SecurityGroupRuleId', 'InternetGateways': 'InternetGatewayId', 'KeyPairs': 'KeyName',
        'EgressOnlyInternetGateways': 'EgressOnlyInternetGatewayId', 'Vpcs': 'VpcId', 'Rules': 'RuleArn',
        'LoadBalancers': 'LoadBalancerArn', 'LoadBalancerDescriptions': 'LoadBalancerName',
        'TargetGroups': 'TargetGroupArn', 'Listeners': 'ListenerArn'}


def is_implied(item, default_groups):
    """What a VPC, group, NAT gateway or load balancer gets by itself, with an id of its own."""
    given = item.get('IsEgress') and item['IpProtocol'] == '-1' and not item.get('Description')
    return (any(one.get('Main') for one in item.get('Associations', [])) or given or
            item.get('GroupName') == 'default' or item.get('GroupId') in default_groups or
            item.get('IsDefault') or item.get('DefaultForAz') or item.get('RequesterManaged') or
            item.get('InterfaceType') == 'nat_gateway')


def keyed(described):
    """By set and id, what does not come by itself."""
    groups = {item['GroupId'] for item in described['SecurityGroups'] if item['GroupName'] == 'default'}
    vpcs = {item['VpcId'] for item in described['Vpcs'] if item['IsDefault']}
    found = {}
    for name, key in KEYS.items():
        for item in described[name]:
            if is_implied(item, groups) or any(vpc in json.dumps(item) for vpc in vpcs):
                continue
            if name in ('Addresses', 'NatGateways'):  # the interface of a NAT gateway is AWS's
                for part in item.get('NatGatewayAddresses', [item]):
                    part.pop('NetworkInterfaceId', None)
                    part.pop('PrivateIp', None)
                    part.pop('PrivateIpAddress', None)
            found[name, item[key]] = settled(item)
    return found


class Import(rig.Case):
    """One account that has a bit of everything, and its image."""

    arguments = ('--profile', 'aws', '--speed', '1000')

    def cli(self, *arguments):
        return self.rig.awscli('--region', rig.REGION, *arguments)

    def network(self):
        """A dual-stack VPC with all that a cluster's network has; its id and its subnets'."""
        vpc = self.cli('ec2', 'create-vpc', '--cidr-block', '10.7.0.0/16', '--amazon-provided-ipv6-cidr-block',
                       '--tag-specifications', 'ResourceType=vpc,Tags=[{Key=Name,Value=mine}]')['Vpc']['VpcId']
        self.cli('ec2', 'modify-vpc-attribute', '--vpc-id', vpc, '--enable-dns-hostnames')
        self.cli('ec2', 'wait', 'vpc-available', '--vpc-ids', vpc)
        block = self.block(vpc)
        gateway = self.cli('ec2', 'create-internet-gateway')['InternetGateway']['InternetGatewayId']
        self.cli('ec2', 'attach-internet-gateway', '--internet-gateway-id', gateway, '--vpc-id', vpc)
        egress = self.cli('ec2', 'create-egress-only-internet-gateway', '--vpc-id', vpc)
        egress = egress['EgressOnlyInternetGateway']['EgressOnlyInternetGatewayId']
        subnets = []
        for i, zone in enumerate('ab'):
            subnet = self.cli('ec2', 'create-subnet', '--vpc-id', vpc, '--cidr-block', '10.7.%d.0/20' % (16 * i),
                              '--availability-zone', rig.REGION + zone,
                              '--ipv6-cidr-block', block.replace('00::/56', '%02x::/64' % i))['Subnet']['SubnetId']
            subnets.append(subnet)
        self.cli('ec2', 'modify-subnet-attribute', '--subnet-id', subnets[0], '--map-public-ip-on-launch')
        address = self.cli('ec2', 'allocate-address', '--domain', 'vpc')['AllocationId']
        nat = self.cli('ec2', 'create-nat-gateway', '--subnet-id', subnets[0],
                       '--allocation-id', address)['NatGateway']['NatGatewayId']
        self.cli('ec2', 'wait', 'nat-gateway-available', '--nat-gateway-ids', nat)
        table = self.cli('ec2', 'create-route-table', '--vpc-id', vpc)['RouteTable']['RouteTableId']
        self.cli('ec2', 'create-route', '--route-table-id', table, '--destination-cidr-block', '0.0.0.0/0',
                 '--gateway-id', gateway)
        self.cli('ec2', 'associate-route-table', '--route-table-id', table, '--subnet-id', subnets[0])
        table = self.cli('ec2', 'create-route-table', '--vpc-id', vpc)['RouteTable']['RouteTableId']
        self.cli('ec2', 'create-route', '--route-table-id', table, '--destination-cidr-block', '0.0.0.0/0',
                 '--nat-gateway-id', nat)
        self.cli('ec2', 'create-route', '--route-table-id', table, '--destination-ipv6-cidr-block', '::/0',
                 '--egress-only-internet-gateway-id', egress)
        self.cli('ec2', 'associate-route-table', '--route-table-id', table, '--subnet-id', subnets[1])
        return vpc, subnets

    def block(self, vpc):
        """Its IPv6 block, once it is there."""
        while True:
            association = self.cli('ec2', 'describe-vpcs', '--vpc-ids', vpc)['Vpcs'][0]
            association = association['Ipv6CidrBlockAssociationSet'][0]
            if association['Ipv6CidrBlockState']['State'] == 'associated':
                return association['Ipv6CidrBlock']

    def groups(self, vpc, block):
        nodes = self.cli('ec2', 'create-security-group', '--group-name', 'nodes', '--description', 'of nodes',
                         '--vpc-id', vpc)['GroupId']
        front = self.cli('ec2', 'create-security-group', '--group-name', 'front', '--description', 'of the front',
                         '--vpc-id', vpc)['GroupId']
        for permission in (
                {'IpProtocol': 'tcp', 'FromPort': 443, 'ToPort': 443,
                 'IpRanges': [{'CidrIp': '0.0.0.0/0', 'Description': 'from everywhere'}],
                 'Ipv6Ranges': [{'CidrIpv6': block}]},
                {'IpProtocol': '-1', 'UserIdGroupPairs': [{'GroupId': front}]}):
            self.cli('ec2', 'authorize-security-group-ingress', '--group-id', nodes,
                     '--ip-permissions', json.dumps([permission]))
        self.cli('ec2', 'revoke-security-group-egress', '--group-id', front, '--ip-permissions',
                 json.dumps([{'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}]))
        return nodes, front

    def compute(self, subnets, nodes):
        self.cli('ec2', 'create-key-pair', '--key-name', 'mine')
        interface = self.cli('ec2', 'create-network-interface', '--subnet-id', subnets[1], '--groups', nodes,
                             '--private-ip-address', '10.7.16.9', '--description', 'mine')
        image = self.cli('ec2', 'describe-images')['Images'][0]['ImageId']
        instance = self.cli('ec2', 'run-instances', '--image-id', image, '--instance-type', 't3.micro',
                            '--subnet-id', subnets[1], '--security-group-ids', nodes, '--key-name', 'mine',
                            '--private-ip-address', '10.7.16.77')['Instances'][0]['InstanceId']
        self.cli('ec2', 'wait', 'instance-running', '--instance-ids', instance)
        return interface, instance

    def balancers(self, vpc, subnets, front, instance):
        balancer = self.cli('elbv2', 'create-load-balancer', '--name', 'echo', '--type', 'application',
                            '--subnets', *subnets, '--security-groups', front, '--scheme', 'internal',
                            '--tags', 'Key=team,Value=network')['LoadBalancers'][0]['LoadBalancerArn']
        group = self.cli('elbv2', 'create-target-group', '--name', 'echo-80', '--protocol', 'HTTP', '--port', '80',
                         '--vpc-id', vpc, '--target-type', 'instance', '--health-check-path', '/healthz')
        group = group['TargetGroups'][0]['TargetGroupArn']
        listener = self.cli('elbv2', 'create-listener', '--load-balancer-arn', balancer, '--protocol', 'HTTP',
                            '--port', '80', '--default-actions', 'Type=forward,TargetGroupArn=' + group)
        listener = listener['Listeners'][0]['ListenerArn']
        self.cli('elbv2', 'create-rule', '--listener-arn', listener, '--priority', '7',
                 '--conditions', 'Field=path-pattern,Values=/a*', '--actions', 'Type=forward,TargetGroupArn=' + group)
        self.cli('elbv2', 'register-targets', '--target-group-arn', group, '--targets', 'Id=' + instance)
        self.cli('elb', 'create-load-balancer', '--load-balancer-name', 'classic', '--subnets', subnets[1],
                 '--scheme', 'internal', '--security-groups', front, '--listeners',
                 'Protocol=TCP,LoadBalancerPort=80,InstanceProtocol=TCP,InstancePort=30080')
        return balancer, group, listener

    def describe(self, vpc, balancer, group, listener):
        """One output for each command, by the name of a file."""
        outputs = {'%s-%s' % row: self.cli(*row) for row in DESCRIBES}
        outputs['attribute'] = self.cli('ec2', 'describe-vpc-attribute', '--vpc-id', vpc,
                                        '--attribute', 'enableDnsHostnames')
        outputs['listeners'] = self.cli('elbv2', 'describe-listeners', '--load-balancer-arn', balancer)
        outputs['rules'] = self.cli('elbv2', 'describe-rules', '--listener-arn', listener)
        rules = [rule['RuleArn'] for rule in outputs['rules']['Rules'] if not rule['IsDefault']]
        outputs['tags'] = self.cli('elbv2', 'describe-tags', '--resource-arns', balancer, group, listener, *rules)
        outputs['classic-tags'] = self.cli('elb', 'describe-tags', '--load-balancer-names', 'classic')
        outputs['health'] = dict(self.cli('elbv2', 'describe-target-health', '--target-group-arn', group),
                                 TargetGroupArn=group)
        return outputs

    def image(self, outputs, *arguments):
        """The fixture that is made of the outputs, and what import said."""
        files = []
        for name, output in outputs.items():
            files.append(os.path.join(self.rig.folder, name + '.json'))
            with open(files[-1], 'w', encoding='utf-8') as stream:
                json.dump(output, stream, indent=4)
        fixture = os.path.join(self.rig.folder, 'image.yaml')
        done = subprocess.run([rig.SKYRIG, 'import', '-o', fixture, *files, *arguments], text=True,
                              capture_output=True, check=False)
        return fixture, done

    def test_an_image_is_what_it_was_made_of(self):
        vpc, subnets = self.network()
        nodes, front = self.groups(vpc, self.block(vpc))
        _, instance = self.compute(subnets, nodes)
        arns = self.balancers(vpc, subnets, front, instance)
        outputs = self.describe(vpc, *arns)
        fixture, done = self.image(outputs)
        self.assertNotIn('is refused', done.stderr)
        first, before = self.rig, self.merge(outputs)
        self.rig = rig.Rig(*self.arguments, '--seed', '5', '--fixture', fixture)
        try:
            after = self.merge(self.describe(vpc, *arns))
        finally:
            self.assertEqual(self.rig.stop()[0], 0)
            self.rig = first
        expected, found = keyed(before), keyed(after)
        self.assertEqual(sorted(expected), sorted(found))
        for key, item in expected.items():
            with self.subTest(key):
                self.assertEqual(item, found[key])
        self.assertGreater(len(expected), 20)
        for sentence in ('it is the default VPC', 'its address', 'the key itself', 'it stays when'):
            self.assertIn(sentence, done.stderr)

    @staticmethod
    def merge(outputs):
        merged = {}
        for name, output in outputs.items():
            for key, items in output.items():
                if key == 'Reservations':
                    merged['Instances'] = [one for row in items for one in row['Instances']]
                elif isinstance(items, list) and not name.endswith('tags') and key != 'TargetHealthDescriptions':
                    merged.setdefault(key, []).extend(items)
        return merged


if __name__ == '__main__':
    sys.exit(rig.main())
