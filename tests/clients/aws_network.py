"""boto3 and EC2: a dual-stack VPC built by hand, security groups, and tearing down."""

import ipaddress
import sys

import rig

ANYWHERE = [{'CidrIp': '0.0.0.0/0'}]
ANYWHERE_IPV6 = [{'CidrIpv6': '::/0'}]


def tcp(first, last=None, **sources):
    return {'IpProtocol': 'tcp', 'FromPort': first, 'ToPort': last or first, **sources}


def tags_of(kind, **tags):
    return [{'ResourceType': kind,
             'Tags': [{'Key': key, 'Value': value} for key, value in tags.items()]}]


class Network(rig.Case):
    def setUp(self):
        super().setUp()
        self.ec2 = self.rig.aws('ec2')

    def make_vpc(self, **params):
        vpc = self.ec2.create_vpc(CidrBlock='10.250.0.0/16', AmazonProvidedIpv6CidrBlock=True,
                                  **params)['Vpc']
        while True:
            vpc = self.ec2.describe_vpcs(VpcIds=[vpc['VpcId']])['Vpcs'][0]
            if self.ipv6_states([vpc]) == {'associated'}:
                return vpc

    @staticmethod
    def ipv6_states(resources):
        """Of the IPv6 blocks of VPCs or subnets; boto3 has no waiter for them."""
        return {block['Ipv6CidrBlockState']['State'] for resource in resources
                for block in resource['Ipv6CidrBlockAssociationSet']}

    def make_subnet(self, vpc, index, zone='eu-west-1a', **params):
        block = ipaddress.ip_network(vpc['Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock'])
        return self.ec2.create_subnet(
            VpcId=vpc['VpcId'], CidrBlock='10.250.%d.0/24' % index, AvailabilityZone=zone,
            Ipv6CidrBlock=str(list(block.subnets(new_prefix=64))[index]), **params)['Subnet']


class DualStackVpc(Network):
    def test_a_vpc_gets_a_56_of_amazons_and_what_every_vpc_has(self):
        vpc = self.make_vpc()
        block = vpc['Ipv6CidrBlockAssociationSet'][0]
        self.assertEqual(ipaddress.ip_network(block['Ipv6CidrBlock']).prefixlen, 56)
        self.assertEqual(block['Ipv6CidrBlockState'], {'State': 'associated'})
        self.assertEqual(block['Ipv6Pool'], 'Amazon')
        self.assertEqual(vpc['State'], 'available')
        here = [{'Name': 'vpc-id', 'Values': [vpc['VpcId']]}]
        tables = self.ec2.describe_route_tables(Filters=here)['RouteTables']
        self.assertEqual([a['Main'] for a in tables[0]['Associations']], [True])
        self.assertEqual({r.get('DestinationCidrBlock') or r['DestinationIpv6CidrBlock']
                          for r in tables[0]['Routes']}, {'10.250.0.0/16', block['Ipv6CidrBlock']})
        groups = self.ec2.describe_security_groups(Filters=here)['SecurityGroups']
        self.assertEqual([g['GroupName'] for g in groups], ['default'])
        acls = self.ec2.describe_network_acls(Filters=here)['NetworkAcls']
        self.assertEqual([a['IsDefault'] for a in acls], [True])

    def test_subnets_of_both_families_in_two_zones(self):
        vpc = self.make_vpc()
        subnets = [self.make_subnet(vpc, i, 'eu-west-1' + zone) for i, zone in enumerate('ab')]
        for subnet in subnets:
            self.assertEqual(subnet['AvailableIpAddressCount'], 251)
            self.assertEqual(subnet['Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlockState'],
                             {'State': 'associated'})
        self.assertNotEqual(subnets[0]['AvailabilityZoneId'], subnets[1]['AvailabilityZoneId'])
        found = self.ec2.describe_subnets(Filters=[
            {'Name': 'vpc-id', 'Values': [vpc['VpcId']]},
            {'Name': 'availability-zone', 'Values': ['eu-west-1b']}])['Subnets']
        self.assertEqual([s['SubnetId'] for s in found], [subnets[1]['SubnetId']])

    def test_a_way_out_for_both_families(self):
        vpc = self.make_vpc()
        subnet = self.make_subnet(vpc, 0)
        gateway = self.ec2.create_internet_gateway()['InternetGateway']['InternetGatewayId']
        table = self.ec2.create_route_table(VpcId=vpc['VpcId'])['RouteTable']['RouteTableId']
        self.refused('InvalidParameterValue', self.ec2.create_route, RouteTableId=table,
                     DestinationCidrBlock='0.0.0.0/0', GatewayId=gateway)  # not attached yet
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc['VpcId'])
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock='0.0.0.0/0',
                              GatewayId=gateway)
        self.ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock='::/0',
                              GatewayId=gateway)
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet['SubnetId'])
        shown = self.ec2.describe_route_tables(RouteTableIds=[table])['RouteTables'][0]
        self.assertEqual(
            {r.get('DestinationCidrBlock') or r.get('DestinationIpv6CidrBlock'): r['State']
             for r in shown['Routes'] if r['GatewayId'] == gateway},
            {'0.0.0.0/0': 'active', '::/0': 'active'})
        self.ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock='::/0',
                              GatewayId=gateway)  # the very same again is fine
        other = self.ec2.create_egress_only_internet_gateway(VpcId=vpc['VpcId'])
        self.refused('RouteAlreadyExists', self.ec2.create_route, RouteTableId=table,
                     DestinationIpv6CidrBlock='::/0', EgressOnlyInternetGatewayId=other[
                         'EgressOnlyInternetGateway']['EgressOnlyInternetGatewayId'])

    def test_overlapping_subnets_are_refused_in_either_family(self):
        vpc = self.make_vpc()
        first = self.make_subnet(vpc, 1)
        with self.unchanged(lambda: len(self.ec2.describe_subnets()['Subnets'])):
            self.assertIn('10.250.1.128/25', self.refused(
                'InvalidSubnet.Conflict', self.ec2.create_subnet, VpcId=vpc['VpcId'],
                CidrBlock='10.250.1.128/25'))
            self.refused('InvalidSubnet.Conflict', self.ec2.create_subnet, VpcId=vpc['VpcId'],
                         CidrBlock='10.250.2.0/24', Ipv6CidrBlock=first[
                             'Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock'])
            self.refused('InvalidSubnet.Range', self.ec2.create_subnet, VpcId=vpc['VpcId'],
                         CidrBlock='192.168.0.0/24')

    def test_tags_of_a_creation_are_found_by_filter(self):
        vpc = self.make_vpc(TagSpecifications=tags_of('vpc', Name='by hand', team='qa'))
        self.assertEqual({t['Key']: t['Value'] for t in vpc['Tags']},
                         {'Name': 'by hand', 'team': 'qa'})
        self.make_vpc()
        for wanted, count in (('by hand', 1), ('by *', 1), ('none', 0)):
            found = self.ec2.describe_vpcs(Filters=[{'Name': 'tag:Name', 'Values': [wanted]}])
            self.assertEqual(len(found['Vpcs']), count, wanted)


class SecurityGroups(Network):
    def setUp(self):
        super().setUp()
        self.vpc = self.make_vpc()['VpcId']
        self.group = self.make_group('web')

    def make_group(self, name):
        return self.ec2.create_security_group(GroupName=name, Description='a group',
                                              VpcId=self.vpc)['GroupId']

    def allow(self, *permissions):
        return self.ec2.authorize_security_group_ingress(GroupId=self.group,
                                                         IpPermissions=list(permissions))

    def ingress(self):
        found = self.ec2.describe_security_groups(GroupIds=[self.group])['SecurityGroups'][0]
        return found['IpPermissions']

    def test_permissions_for_the_same_ports_are_shown_as_one(self):
        self.allow(tcp(443, IpRanges=[{'CidrIp': '10.0.0.0/8', 'Description': 'inside'}]))
        self.allow(tcp(443, Ipv6Ranges=ANYWHERE_IPV6))
        self.allow(tcp(443, IpRanges=[{'CidrIp': '192.0.2.0/24'}]), tcp(80, IpRanges=ANYWHERE))
        shown = {p['FromPort']: p for p in self.ingress()}
        self.assertEqual(sorted(shown), [80, 443])
        self.assertEqual(shown[443]['IpRanges'], [{'CidrIp': '10.0.0.0/8', 'Description': 'inside'},
                                                  {'CidrIp': '192.0.2.0/24'}])
        self.assertEqual(shown[443]['Ipv6Ranges'], ANYWHERE_IPV6)

    def test_a_duplicate_is_refused_and_nothing_of_its_call_is_done(self):
        self.allow(tcp(443, IpRanges=ANYWHERE))
        with self.unchanged(self.ingress):
            self.assertIn('already exists', self.refused(
                'InvalidPermission.Duplicate', self.allow_many,
                permissions=[tcp(80, IpRanges=ANYWHERE), tcp(443, IpRanges=ANYWHERE)]))
            self.refused('InvalidParameterValue', self.allow_many,
                         permissions=[tcp(81, IpRanges=ANYWHERE), tcp(81, IpRanges=ANYWHERE)])

    def allow_many(self, permissions):
        return self.allow(*permissions)

    def test_a_rule_has_an_id_and_can_be_revoked_by_it(self):
        made = self.allow(tcp(443, IpRanges=ANYWHERE, Ipv6Ranges=ANYWHERE_IPV6))
        rules = made['SecurityGroupRules']
        self.assertEqual(sorted(r.get('CidrIpv4') or r['CidrIpv6'] for r in rules),
                         ['0.0.0.0/0', '::/0'])
        self.ec2.revoke_security_group_ingress(
            GroupId=self.group, SecurityGroupRuleIds=[rules[0]['SecurityGroupRuleId']])
        left = self.ec2.describe_security_group_rules(Filters=[
            {'Name': 'group-id', 'Values': [self.group]}])['SecurityGroupRules']
        self.assertEqual([r['SecurityGroupRuleId'] for r in left if not r['IsEgress']],
                         [rules[1]['SecurityGroupRuleId']])

    def test_a_group_that_another_one_names_cannot_be_deleted(self):
        other = self.make_group('other')
        self.allow(tcp(22, UserIdGroupPairs=[{'GroupId': other}]))
        self.refused('DependencyViolation', self.ec2.delete_security_group, GroupId=other)
        self.ec2.revoke_security_group_ingress(
            GroupId=self.group, IpPermissions=[tcp(22, UserIdGroupPairs=[{'GroupId': other}])])
        self.ec2.delete_security_group(GroupId=other)

    def test_bad_rules_are_refused(self):
        for permission in (tcp(80, IpRanges=[{'CidrIp': '10.0.0.0/33'}]),
                           tcp(80, Ipv6Ranges=[{'CidrIpv6': 'fe80::g/64'}]),
                           tcp(90, 80, IpRanges=ANYWHERE),
                           {'IpProtocol': 'tpc', 'IpRanges': ANYWHERE}):
            with self.unchanged(self.ingress):
                self.refused('InvalidParameterValue', self.allow_many, permissions=[permission])
        self.refused('InvalidPermission.NotFound', self.ec2.revoke_security_group_ingress,
                     GroupId=self.group, IpPermissions=[tcp(80, IpRanges=ANYWHERE)])

    def test_a_name_is_taken_once_in_a_vpc(self):
        self.refused('InvalidGroup.Duplicate', self.ec2.create_security_group, GroupName='web',
                     Description='again', VpcId=self.vpc)


class TearDown(Network):
    def test_the_wrong_order_is_refused_and_the_right_one_leaves_nothing(self):
        ec2, vpc = self.ec2, self.make_vpc()
        subnet = self.make_subnet(vpc, 0)['SubnetId']
        gateway = ec2.create_internet_gateway()['InternetGateway']['InternetGatewayId']
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc['VpcId'])
        table = ec2.create_route_table(VpcId=vpc['VpcId'])['RouteTable']['RouteTableId']
        link = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)['AssociationId']
        interface = ec2.create_network_interface(SubnetId=subnet)['NetworkInterface']
        self.refused('DependencyViolation', ec2.delete_vpc, VpcId=vpc['VpcId'])
        self.refused('DependencyViolation', ec2.delete_subnet, SubnetId=subnet)
        self.refused('DependencyViolation', ec2.delete_route_table, RouteTableId=table)
        self.refused('DependencyViolation', ec2.delete_internet_gateway, InternetGatewayId=gateway)
        ec2.delete_network_interface(NetworkInterfaceId=interface['NetworkInterfaceId'])
        ec2.disassociate_route_table(AssociationId=link)
        ec2.delete_route_table(RouteTableId=table)
        ec2.delete_subnet(SubnetId=subnet)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc['VpcId'])
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        ec2.delete_vpc(VpcId=vpc['VpcId'])
        self.refused('InvalidVpcID.NotFound', ec2.describe_vpcs, VpcIds=[vpc['VpcId']])
        self.assertEqual(ec2.describe_security_groups(Filters=[
            {'Name': 'vpc-id', 'Values': [vpc['VpcId']]}])['SecurityGroups'], [])


class Conventions(Network):
    def test_dry_run_says_it_would_and_does_nothing(self):
        with self.unchanged(lambda: len(self.ec2.describe_vpcs()['Vpcs'])):
            self.refused('DryRunOperation', self.ec2.create_vpc, status=412,
                         CidrBlock='10.0.0.0/16', DryRun=True)
        self.refused('DryRunOperation', self.ec2.describe_vpcs, status=412, DryRun=True)

    def test_pages_have_every_item_once(self):
        vpc = self.make_vpc()
        made = {self.make_subnet(vpc, i)['SubnetId'] for i in range(12)}
        pages = list(self.ec2.get_paginator('describe_subnets').paginate(
            Filters=[{'Name': 'vpc-id', 'Values': [vpc['VpcId']]}],
            PaginationConfig={'PageSize': 5}))
        self.assertEqual([len(page['Subnets']) for page in pages], [5, 5, 2])
        self.assertEqual({s['SubnetId'] for page in pages for s in page['Subnets']}, made)
        self.refused('InvalidNextToken', self.ec2.describe_subnets, NextToken='made up',
                     MaxResults=5)

    def test_errors_name_what_was_wrong(self):
        self.assertIn("'vpc-0123456789abcdef0'", self.refused(
            'InvalidVpcID.NotFound', self.ec2.describe_vpcs, VpcIds=['vpc-0123456789abcdef0']))
        self.refused('InvalidVpcID.NotFound', self.ec2.describe_vpcs, VpcIds=['subnet-1'])
        self.assertIn('vpc-name', self.refused(
            'InvalidParameterValue', self.ec2.describe_vpcs,
            Filters=[{'Name': 'vpc-name', 'Values': ['x']}]))

    def test_an_operation_that_is_not_built_says_so(self):
        message = self.refused('NotImplemented', self.ec2.describe_fleets, status=501)
        self.assertIn('DescribeFleets', message)
        self.assertIn('skyrig', message)

    def test_regions_do_not_see_each_others_resources(self):
        self.make_vpc()
        far = self.rig.aws('ec2', region='eu-central-1')
        self.assertNotIn('10.250.0.0/16', [v['CidrBlock'] for v in far.describe_vpcs()['Vpcs']])


class AsAws(Network):
    arguments = ('--profile', 'aws', '--speed', '50')

    def test_an_ipv6_block_is_associating_first(self):
        vpc = self.ec2.create_vpc(CidrBlock='10.250.0.0/16', AmazonProvidedIpv6CidrBlock=True)
        block = vpc['Vpc']['Ipv6CidrBlockAssociationSet'][0]
        self.assertEqual(block['Ipv6CidrBlockState']['State'], 'associating')

    def test_waiters_see_a_nat_gateway_come_and_go(self):
        vpc = self.ec2.create_vpc(CidrBlock='10.250.0.0/16')['Vpc']['VpcId']
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock='10.250.0.0/24')['Subnet']['SubnetId']
        gateway = self.ec2.create_internet_gateway()['InternetGateway']['InternetGatewayId']
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        address = self.ec2.allocate_address(Domain='vpc')
        nat = self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address['AllocationId'])
        nat = nat['NatGateway']
        self.assertEqual(nat['State'], 'pending')
        pace = {'Delay': 1, 'MaxAttempts': 60}
        self.ec2.get_waiter('nat_gateway_available').wait(NatGatewayIds=[nat['NatGatewayId']],
                                                          WaiterConfig=pace)
        self.refused('AuthFailure', self.ec2.release_address,
                     AllocationId=address['AllocationId'])
        self.ec2.delete_nat_gateway(NatGatewayId=nat['NatGatewayId'])
        self.ec2.get_waiter('nat_gateway_deleted').wait(NatGatewayIds=[nat['NatGatewayId']],
                                                        WaiterConfig=pace)
        self.ec2.release_address(AllocationId=address['AllocationId'])

    def test_a_waiter_sees_an_instance_run(self):
        vpc = self.ec2.create_vpc(CidrBlock='10.250.0.0/16')['Vpc']['VpcId']
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock='10.250.0.0/24')['Subnet']['SubnetId']
        image = self.ec2.describe_images(Owners=['amazon'])['Images'][0]['ImageId']
        made = self.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet,
                                      InstanceType='m5.large')['Instances'][0]
        self.assertEqual(made['State']['Name'], 'pending')
        self.ec2.get_waiter('instance_running').wait(
            InstanceIds=[made['InstanceId']], WaiterConfig={'Delay': 1, 'MaxAttempts': 60})


if __name__ == '__main__':
    sys.exit(rig.main())
