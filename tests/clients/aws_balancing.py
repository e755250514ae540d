"""boto3 and load balancers: dual-stack NLBs with listeners and targets."""

import sys

import aws_network
import rig


class Balancing(aws_network.Network):
    def setUp(self):
        super().setUp()
        self.elbv2 = self.rig.aws('elbv2')
        self.vpc = self.make_vpc()
        gateway = self.ec2.create_internet_gateway()['InternetGateway']['InternetGatewayId']
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc['VpcId'])
        self.subnets = [self.make_subnet(self.vpc, i, 'eu-west-1' + zone)['SubnetId']
                        for i, zone in enumerate('ab')]

    def make_balancer(self, name='qa', **params):
        return self.elbv2.create_load_balancer(**{
            'Name': name, 'Type': 'network', 'Scheme': 'internet-facing',
            'IpAddressType': 'dualstack', 'Subnets': self.subnets, **params})['LoadBalancers'][0]

    def make_group(self, name='qa', **params):
        return self.elbv2.create_target_group(**{
            'Name': name, 'Protocol': 'TCP', 'Port': 80, 'VpcId': self.vpc['VpcId'],
            'TargetType': 'ip', **params})['TargetGroups'][0]

    def listen(self, balancer, group, port=80, protocol='TCP'):
        return self.elbv2.create_listener(
            LoadBalancerArn=balancer['LoadBalancerArn'], Protocol=protocol, Port=port,
            DefaultActions=[{'Type': 'forward', 'TargetGroupArn': group['TargetGroupArn']}],
        )['Listeners'][0]


class NetworkLoadBalancers(Balancing):
    def test_a_dual_stack_balancer_with_listener_and_targets(self):
        balancer, group = self.make_balancer(), self.make_group()
        self.assertEqual(balancer['State']['Code'], 'provisioning')  # in this answer always
        balancer = self.elbv2.describe_load_balancers(Names=['qa'])['LoadBalancers'][0]
        self.assertEqual(balancer['State']['Code'], 'active')
        self.assertEqual(balancer['IpAddressType'], 'dualstack')
        self.assertRegex(balancer['DNSName'], r'^qa-[0-9a-f]+\.elb\.eu-west-1\.amazonaws\.com$')
        self.assertEqual(sorted(z['ZoneName'] for z in balancer['AvailabilityZones']),
                         ['eu-west-1a', 'eu-west-1b'])
        self.listen(balancer, group)
        self.elbv2.register_targets(TargetGroupArn=group['TargetGroupArn'],
                                    Targets=[{'Id': '10.250.0.77', 'Port': 8080}])
        health = self.elbv2.describe_target_health(TargetGroupArn=group['TargetGroupArn'])
        self.assertEqual([(h['Target']['Id'], h['Target']['Port'])
                          for h in health['TargetHealthDescriptions']], [('10.250.0.77', 8080)])
        shown = self.elbv2.describe_target_groups(
            LoadBalancerArn=balancer['LoadBalancerArn'])['TargetGroups']
        self.assertEqual(shown[0]['LoadBalancerArns'], [balancer['LoadBalancerArn']])
        listeners = self.elbv2.describe_listeners(LoadBalancerArn=balancer['LoadBalancerArn'])
        self.assertEqual([(x['Protocol'], x['Port']) for x in listeners['Listeners']],
                         [('TCP', 80)])

    def test_the_same_again_is_the_same_balancer_and_other_settings_are_refused(self):
        first = self.make_balancer()
        self.assertEqual(self.make_balancer()['LoadBalancerArn'], first['LoadBalancerArn'])
        self.refused('DuplicateLoadBalancerName', self.make_balancer, Scheme='internal')
        self.make_group()
        self.refused('DuplicateTargetGroupName', self.make_group, Port=81)

    def test_deletion_in_the_wrong_order_is_refused(self):
        balancer, group = self.make_balancer(), self.make_group()
        listener = self.listen(balancer, group)
        self.refused('ResourceInUse', self.elbv2.delete_target_group,
                     TargetGroupArn=group['TargetGroupArn'])
        self.assertEqual(self.listen(balancer, group), listener)  # the very same again is fine
        self.refused('DuplicateListener', self.listen, balancer=balancer,
                     group=self.make_group('other'))
        self.refused('DependencyViolation', self.ec2.delete_subnet, SubnetId=self.subnets[0])
        self.elbv2.delete_load_balancer(LoadBalancerArn=balancer['LoadBalancerArn'])
        self.elbv2.delete_target_group(TargetGroupArn=group['TargetGroupArn'])
        self.refused('LoadBalancerNotFound', self.elbv2.describe_load_balancers, Names=['qa'])
        self.refused('TargetGroupNotFound', self.elbv2.describe_target_groups, Names=['qa'])
        self.refused('ListenerNotFound', self.elbv2.describe_listeners,
                     ListenerArns=[listener['ListenerArn']])
        self.elbv2.delete_load_balancer(LoadBalancerArn=balancer['LoadBalancerArn'])  # again

    def test_a_protected_balancer_stays(self):
        arn = self.make_balancer()['LoadBalancerArn']
        protect = [{'Key': 'deletion_protection.enabled', 'Value': 'true'}]
        self.elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protect)
        self.refused('OperationNotPermitted', self.elbv2.delete_load_balancer, LoadBalancerArn=arn)
        shown = self.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)['Attributes']
        self.assertIn(protect[0], shown)
        self.refused('ValidationError', self.elbv2.modify_load_balancer_attributes,
                     LoadBalancerArn=arn, Attributes=[{'Key': 'no.such', 'Value': 'true'}])

    def test_families_must_fit(self):
        v4only = self.ec2.create_subnet(VpcId=self.vpc['VpcId'], CidrBlock='10.250.9.0/24')
        self.assertIn('IPv6', self.refused('ValidationError', self.make_balancer, Subnets=[
            v4only['Subnet']['SubnetId']]))
        group = self.make_group('six', IpAddressType='ipv6')
        self.refused('ValidationError', self.elbv2.register_targets,
                     TargetGroupArn=group['TargetGroupArn'], Targets=[{'Id': '10.250.0.77'}])
        balancer = self.make_balancer('four', IpAddressType='ipv4')
        self.refused('InvalidConfigurationRequest', self.listen, balancer=balancer, group=group)

    def test_tags_are_described_changed_and_removed(self):
        arn = self.make_balancer(Tags=[{'Key': 'a', 'Value': '1'}])['LoadBalancerArn']
        self.elbv2.add_tags(ResourceArns=[arn], Tags=[{'Key': 'b', 'Value': '2'},
                                                      {'Key': 'a', 'Value': '3'}])
        self.elbv2.remove_tags(ResourceArns=[arn], TagKeys=['b'])
        shown = self.elbv2.describe_tags(ResourceArns=[arn])['TagDescriptions'][0]['Tags']
        self.assertEqual(shown, [{'Key': 'a', 'Value': '3'}])

    def test_pages_have_every_balancer_once(self):
        made = {self.make_balancer('nlb-%02d' % i)['LoadBalancerArn'] for i in range(7)}
        pages = list(self.elbv2.get_paginator('describe_load_balancers').paginate(
            PaginationConfig={'PageSize': 3}))
        self.assertEqual([len(page['LoadBalancers']) for page in pages], [3, 3, 1])
        self.assertEqual({x['LoadBalancerArn'] for p in pages for x in p['LoadBalancers']}, made)


class AsAws(Balancing):
    arguments = ('--profile', 'aws', '--speed', '50')

    def test_waiters_see_a_balancer_come_and_go(self):
        while self.ipv6_states(self.ec2.describe_subnets(SubnetIds=self.subnets)['Subnets']) != {
                'associated'}:
            pass
        balancer = self.make_balancer()
        self.assertEqual(balancer['State']['Code'], 'provisioning')
        arns = {'LoadBalancerArns': [balancer['LoadBalancerArn']],
                'WaiterConfig': {'Delay': 1, 'MaxAttempts': 60}}
        self.elbv2.get_waiter('load_balancer_available').wait(**arns)
        self.elbv2.delete_load_balancer(LoadBalancerArn=balancer['LoadBalancerArn'])
        self.elbv2.get_waiter('load_balancers_deleted').wait(**arns)


if __name__ == '__main__':
    sys.exit(rig.main())
