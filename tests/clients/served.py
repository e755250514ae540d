"""Which operations answer: asked of a server, so that no list of them has to be kept."""

import contextlib

import rig

SERVICES = ('acm', 'ec2', 'efs', 'elb', 'elbv2', 'globalaccelerator', 'iam', 'kms',
            'resourcegroupstaggingapi', 'route53', 's3', 'shield', 'sts', 'waf-regional', 'wafv2')
TRUST = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":'
         '"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}')


@contextlib.contextmanager
def clients():
    """A function that makes a client of a service; nothing it is asked is checked by itself."""
    server = rig.Rig('--profile', 'instant')
    try:
        yield lambda service: server.aws(service, parameter_validation=False)
    finally:
        server.stop()


def is_served(client, operation):
    """Whether it answers anything but NotImplemented to next to no parameters."""
    from botocore import xform_name
    from botocore.exceptions import ClientError
    members = client.meta.service_model.operation_model(operation).input_shape.members
    params = {name: 'nothing' for name, member in members.items()
              if member.serialization.get('location') == 'uri'}
    try:
        getattr(client, xform_name(operation))(**params)
    except ClientError as error:
        return error.response['ResponseMetadata']['HTTPStatusCode'] != 501
    return True
