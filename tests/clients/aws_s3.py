"""boto3, the aws command line and S3: both styles of address, checksums, chunks, pages, versions."""

import base64
import datetime
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request
import zlib

import rig

PART = 5 * 1024 * 1024
POLICY = {'Version': '2012-10-17', 'Statement': [{
    'Effect': 'Deny', 'Principal': '*', 'Action': 's3:DeleteObject',
    'Resource': 'arn:aws:s3:::qa-bucket/*'}]}


class Buckets(rig.Case):
    arguments = ('--profile', 'aws')

    def setUp(self):
        super().setUp()
        self.s3 = self.rig.aws('s3')
        self.s3.create_bucket(Bucket='qa-bucket',
                              CreateBucketConfiguration={'LocationConstraint': rig.REGION})

    def put(self, key, body=b'hello', **params):
        return self.s3.put_object(Bucket='qa-bucket', Key=key, Body=body, **params)

    def get(self, key, **params):
        return self.s3.get_object(Bucket='qa-bucket', Key=key, **params)

    def keys(self, **params):
        return [o['Key'] for o in
                self.s3.list_objects_v2(Bucket='qa-bucket', **params).get('Contents', [])]


class Making(Buckets):
    def test_a_bucket_is_made_found_listed_and_deleted(self):
        s3 = self.s3
        self.assertEqual(s3.head_bucket(Bucket='qa-bucket')['BucketRegion'], rig.REGION)
        self.assertEqual(s3.get_bucket_location(Bucket='qa-bucket')['LocationConstraint'],
                         rig.REGION)
        self.assertEqual([b['Name'] for b in s3.list_buckets()['Buckets']], ['qa-bucket'])
        s3.get_waiter('bucket_exists').wait(Bucket='qa-bucket')
        s3.delete_bucket(Bucket='qa-bucket')
        self.refused('404', s3.head_bucket, 404, Bucket='qa-bucket')
        self.refused('NoSuchBucket', s3.delete_bucket, 404, Bucket='qa-bucket')

    def test_names_and_places_are_refused_as_s3_does(self):
        s3 = self.s3
        here = {'LocationConstraint': rig.REGION}
        self.refused('BucketAlreadyOwnedByYou', s3.create_bucket, 409, Bucket='qa-bucket',
                     CreateBucketConfiguration=here)
        self.refused('InvalidBucketName', s3.create_bucket, Bucket='Qa',
                     CreateBucketConfiguration=here)
        self.refused('IllegalLocationConstraintException', s3.create_bucket, Bucket='qa-2')
        self.put('a')
        self.refused('BucketNotEmpty', s3.delete_bucket, 409, Bucket='qa-bucket')

    def test_the_region_of_a_bucket_is_told_to_who_asks_elsewhere(self):
        other = self.rig.aws('s3', region='eu-central-1')
        seen = []
        other.meta.events.register('needs-retry.s3.ListObjectsV2', lambda response, **_: seen.append(
            response[1].get('Error', {}).get('Message', '')))
        other.list_objects_v2(Bucket='qa-bucket')  # boto3 reads the answer and goes there
        self.assertIn("expecting 'eu-west-1'", seen[0])
        home = self.rig.aws('s3', region='us-east-1')
        home.create_bucket(Bucket='qa-home')
        self.assertIsNone(home.get_bucket_location(Bucket='qa-home')['LocationConstraint'])

    def test_settings_are_kept_and_their_absence_is_said(self):
        s3, bucket = self.s3, {'Bucket': 'qa-bucket'}
        self.assertEqual(
            s3.get_bucket_encryption(**bucket)['ServerSideEncryptionConfiguration']['Rules'][0]
            ['ApplyServerSideEncryptionByDefault'], {'SSEAlgorithm': 'AES256'})
        self.refused('NoSuchLifecycleConfiguration', s3.get_bucket_lifecycle_configuration, 404,
                     **bucket)
        rules = [{'ID': 'abort', 'Status': 'Enabled', 'Filter': {'Prefix': ''},
                  'AbortIncompleteMultipartUpload': {'DaysAfterInitiation': 7}}]
        s3.put_bucket_lifecycle_configuration(LifecycleConfiguration={'Rules': rules}, **bucket)
        self.assertEqual(s3.get_bucket_lifecycle_configuration(**bucket)['Rules'], rules)
        self.refused('InvalidArgument', s3.put_bucket_lifecycle_configuration,
                     LifecycleConfiguration={'Rules': rules * 2}, **bucket)
        self.refused('NoSuchTagSet', s3.get_bucket_tagging, 404, **bucket)
        s3.put_bucket_tagging(Tagging={'TagSet': [{'Key': 'a', 'Value': 'b'}]}, **bucket)
        self.assertEqual(s3.get_bucket_tagging(**bucket)['TagSet'], [{'Key': 'a', 'Value': 'b'}])
        self.refused('NoSuchCORSConfiguration', s3.get_bucket_cors, 404, **bucket)
        self.refused('MalformedPolicy', s3.put_bucket_policy, Policy='x', **bucket)
        self.refused('NoSuchBucketPolicy', s3.get_bucket_policy, 404, **bucket)

    def test_a_policy_of_the_bucket_binds(self):
        s3 = self.s3
        self.put('a')
        s3.put_bucket_policy(Bucket='qa-bucket', Policy=json.dumps(POLICY))
        message = self.refused('AccessDenied', s3.delete_object, 403, Bucket='qa-bucket', Key='a')
        self.assertIn('explicit deny in a resource-based policy', message)
        s3.delete_bucket_policy(Bucket='qa-bucket')
        s3.delete_object(Bucket='qa-bucket', Key='a')


class Objects(Buckets):
    def test_an_object_comes_back_as_it_was_put(self):
        made = self.put('dir/file name+ä.txt', b'hello', ContentType='text/plain',
                        Metadata={'Who': 'qa'}, CacheControl='no-cache')
        self.assertEqual(made['ETag'], '"%s"' % hashlib.md5(b'hello').hexdigest())
        got = self.get('dir/file name+ä.txt', ChecksumMode='ENABLED')
        self.assertEqual(got['Body'].read(), b'hello')
        self.assertEqual((got['ContentType'], got['CacheControl'], got['Metadata']),
                         ('text/plain', 'no-cache', {'who': 'qa'}))
        self.assertEqual(got['ChecksumCRC32'], made['ChecksumCRC32'])
        head = self.s3.head_object(Bucket='qa-bucket', Key='dir/file name+ä.txt')
        self.assertEqual(head['ContentLength'], 5)
        self.assertEqual(self.keys(), ['dir/file name+ä.txt'])
        self.refused('NoSuchKey', self.get, 404, key='none')
        self.refused('404', self.s3.head_object, 404, Bucket='qa-bucket', Key='none')

    def test_host_style_addresses_name_the_bucket(self):
        import boto3
        from botocore.config import Config
        self.put('a/b', b'x')
        url = self.rig.aws_url.replace('127.0.0.1', 's3.eu-west-1.localhost')
        host = boto3.Session().client(
            's3', endpoint_url=url, region_name=rig.REGION, aws_access_key_id=rig.KEY,
            aws_secret_access_key=rig.SECRET,
            config=Config(s3={'addressing_style': 'virtual'}, retries={'total_max_attempts': 1}))
        sent = []
        host.meta.events.register('before-send.s3', lambda request, **_: sent.append(request.url))
        self.to_loopback(host)
        self.assertEqual(host.get_object(Bucket='qa-bucket', Key='a/b')['Body'].read(), b'x')
        self.assertIn('://qa-bucket.s3.eu-west-1.localhost', sent[0])
        self.assertEqual([o['Key'] for o in
                          host.list_objects_v2(Bucket='qa-bucket')['Contents']], ['a/b'])

    def to_loopback(self, client):
        """Sends what is signed for a name that no resolver has to be asked for."""
        import botocore.httpsession
        session = botocore.httpsession.URLLib3Session()
        base = self.rig.aws_url

        def send(request, **_):
            parts = request.url.split('/', 3)
            request.headers['Host'] = parts[2]
            request.url = base.rstrip('/') + '/' + (parts[3] if len(parts) > 3 else '')
            return session.send(request)

        client.meta.events.register_last('before-send.s3', send)

    def test_ranges_and_conditions(self):
        etag = self.put('a', b'0123456789')['ETag']
        part = self.get('a', Range='bytes=2-4')
        self.assertEqual((part['Body'].read(), part['ContentRange']), (b'234', 'bytes 2-4/10'))
        self.assertEqual(part['ResponseMetadata']['HTTPStatusCode'], 206)
        self.assertEqual(self.get('a', Range='bytes=-3')['Body'].read(), b'789')
        self.refused('InvalidRange', self.get, 416, key='a', Range='bytes=10-')
        self.refused('304', self.get, 304, key='a', IfNoneMatch=etag)
        self.refused('PreconditionFailed', self.get, 412, key='a', IfMatch='"x"')
        self.refused('304', self.get, 304, key='a',
                     IfModifiedSince=datetime.datetime(2099, 1, 1))
        self.refused('PreconditionFailed', self.put, 412, key='a', IfNoneMatch='*')
        self.assertEqual(self.get('a', IfMatch=etag)['Body'].read(), b'0123456789')

    def test_checksums_are_verified(self):
        self.refused('BadDigest', self.put, key='a',
                     ChecksumSHA256=base64.b64encode(hashlib.sha256(b'x').digest()).decode())
        self.refused('InvalidDigest', self.put, key='a', ContentMD5='x')
        self.assertEqual(self.keys(), [])
        for algorithm in ('CRC32', 'SHA1', 'SHA256'):
            made = self.put('a', ChecksumAlgorithm=algorithm)
            got = self.get('a', ChecksumMode='ENABLED')
            self.assertEqual(got['Checksum' + algorithm], made['Checksum' + algorithm])
            self.assertEqual(got['Body'].read(), b'hello')

    def chunked(self, body, trailer, decoded=None):
        """Sends a body in unsigned chunks, as SDKs do over TLS."""
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        wire = b''.join(b'%x\r\n%s\r\n' % (len(c), c) for c in (body[:3], body[3:]))
        wire += b'0\r\n' + trailer + b'\r\n\r\n'
        request = AWSRequest('PUT', self.rig.aws_url + '/qa-bucket/chunked', data=wire, headers={
            'X-Amz-Content-SHA256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
            'Content-Encoding': 'aws-chunked', 'X-Amz-Trailer': 'x-amz-checksum-crc32',
            'X-Amz-Decoded-Content-Length': str(len(body) if decoded is None else decoded)})
        request.context['has_streaming_input'] = True

        class Signer(S3SigV4Auth):
            def payload(self, request):
                return 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

            def _should_sha256_sign_payload(self, request):
                return False

            def _modify_request_before_signing(self, request):
                super()._modify_request_before_signing(request)
                del request.headers['X-Amz-Content-SHA256']
                request.headers['X-Amz-Content-SHA256'] = self.payload(request)

        Signer(Credentials(rig.KEY, rig.SECRET), 's3', rig.REGION).add_auth(request)
        sent = urllib.request.Request(request.url, data=wire, method='PUT',
                                      headers=dict(request.headers.items()))
        try:
            with urllib.request.urlopen(sent) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def test_bodies_in_chunks_with_a_check_behind(self):
        crc = base64.b64encode(zlib.crc32(b'in chunks').to_bytes(4, 'big'))
        status, text = self.chunked(b'in chunks', b'x-amz-checksum-crc32:' + crc)
        self.assertEqual(status, 200, text)
        got = self.get('chunked', ChecksumMode='ENABLED')
        self.assertEqual(got['Body'].read(), b'in chunks')
        self.assertEqual(got['ChecksumCRC32'], crc.decode())
        self.assertNotIn('ContentEncoding', got)
        status, text = self.chunked(b'in chunkS', b'x-amz-checksum-crc32:' + crc)
        self.assertEqual((status, '<Code>BadDigest</Code>' in text), (400, True), text)
        status, text = self.chunked(b'in chunks', b'x-amz-checksum-crc32:' + crc, decoded=8)
        self.assertEqual((status, '<Code>IncompleteBody</Code>' in text), (400, True), text)

    def test_presigned_urls(self):
        self.put('a', b'signed')
        signer = self.rig.aws('s3', signature_version='s3v4')
        url = signer.generate_presigned_url('get_object', {'Bucket': 'qa-bucket', 'Key': 'a'})
        with urllib.request.urlopen(url) as reply:
            self.assertEqual(reply.read(), b'signed')

    def test_pages_prefixes_and_delimiters(self):
        for key in ('a/1', 'a/2', 'b', 'c/1', 'd'):
            self.put(key)
        page = self.s3.list_objects_v2(Bucket='qa-bucket', Delimiter='/', MaxKeys=2)
        self.assertEqual([p['Prefix'] for p in page['CommonPrefixes']], ['a/'])
        self.assertEqual([o['Key'] for o in page['Contents']], ['b'])
        page = self.s3.list_objects_v2(Bucket='qa-bucket', Delimiter='/',
                                       ContinuationToken=page['NextContinuationToken'])
        self.assertEqual([p['Prefix'] for p in page['CommonPrefixes']], ['c/'])
        self.assertEqual([o['Key'] for o in page['Contents']], ['d'])
        self.assertEqual(self.keys(Prefix='a/'), ['a/1', 'a/2'])
        self.assertEqual(self.keys(StartAfter='b'), ['c/1', 'd'])
        pages = self.s3.get_paginator('list_objects').paginate(
            Bucket='qa-bucket', PaginationConfig={'PageSize': 2})
        self.assertEqual([o['Key'] for p in pages for o in p['Contents']],
                         ['a/1', 'a/2', 'b', 'c/1', 'd'])
        self.refused('InvalidArgument', self.s3.list_objects_v2, Bucket='qa-bucket',
                     ContinuationToken='?')

    def test_copies_and_tags(self):
        self.put('a', b'one', Metadata={'k': 'v'}, Tagging='x=1')
        self.s3.copy_object(Bucket='qa-bucket', Key='b', CopySource='qa-bucket/a')
        got = self.get('b')
        self.assertEqual((got['Body'].read(), got['Metadata'], got['TagCount']),
                         (b'one', {'k': 'v'}, 1))
        self.refused('InvalidRequest', self.s3.copy_object, Bucket='qa-bucket', Key='a',
                     CopySource='qa-bucket/a')
        self.refused('NoSuchKey', self.s3.copy_object, 404, Bucket='qa-bucket', Key='c',
                     CopySource='qa-bucket/none')
        tags = self.s3.get_object_tagging(Bucket='qa-bucket', Key='b')['TagSet']
        self.assertEqual(tags, [{'Key': 'x', 'Value': '1'}])

    def test_many_are_deleted_at_once(self):
        for key in 'abc':
            self.put(key)
        answer = self.s3.delete_objects(Bucket='qa-bucket', Delete={
            'Objects': [{'Key': 'a'}, {'Key': 'none'}]})
        self.assertEqual([d['Key'] for d in answer['Deleted']], ['a', 'none'])
        self.assertEqual(self.keys(), ['b', 'c'])

    def test_versions_and_markers(self):
        self.s3.put_bucket_versioning(Bucket='qa-bucket',
                                      VersioningConfiguration={'Status': 'Enabled'})
        first = self.put('a', b'1')['VersionId']
        second = self.put('a', b'2')['VersionId']
        marker = self.s3.delete_object(Bucket='qa-bucket', Key='a')
        self.assertTrue(marker['DeleteMarker'])
        self.refused('NoSuchKey', self.get, 404, key='a')
        self.assertEqual(self.get('a', VersionId=first)['Body'].read(), b'1')
        listed = self.s3.list_object_versions(Bucket='qa-bucket')
        self.assertEqual([v['VersionId'] for v in listed['Versions']], [second, first])
        self.assertEqual([(m['VersionId'], m['IsLatest']) for m in listed['DeleteMarkers']],
                         [(marker['VersionId'], True)])
        self.s3.delete_object(Bucket='qa-bucket', Key='a', VersionId=marker['VersionId'])
        self.assertEqual(self.get('a')['Body'].read(), b'2')
        self.refused('NoSuchVersion', self.get, 404, key='a', VersionId='x' * 32)

    def test_a_locked_version_stays(self):
        self.s3.create_bucket(Bucket='qa-locked', ObjectLockEnabledForBucket=True,
                              CreateBucketConfiguration={'LocationConstraint': rig.REGION})
        version = self.s3.put_object(Bucket='qa-locked', Key='a', Body=b'x')['VersionId']
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=400)
        self.s3.put_object_retention(Bucket='qa-locked', Key='a', Retention={
            'Mode': 'GOVERNANCE', 'RetainUntilDate': later})
        self.refused('AccessDenied', self.s3.delete_object, 403, Bucket='qa-locked', Key='a',
                     VersionId=version)
        self.s3.delete_object(Bucket='qa-locked', Key='a', VersionId=version,
                              BypassGovernanceRetention=True)


class Uploads(Buckets):
    def test_a_file_in_parts(self):
        upload = self.s3.create_multipart_upload(Bucket='qa-bucket', Key='big')['UploadId']
        ask = {'Bucket': 'qa-bucket', 'Key': 'big', 'UploadId': upload}
        parts = [{'PartNumber': n, 'ETag': self.s3.upload_part(
            PartNumber=n, Body=body, **ask)['ETag']}
            for n, body in ((1, b'a' * PART), (2, b'end'))]
        self.assertEqual([p['PartNumber'] for p in self.s3.list_parts(**ask)['Parts']], [1, 2])
        self.refused('InvalidPartOrder', self.s3.complete_multipart_upload,
                     MultipartUpload={'Parts': parts[::-1]}, **ask)
        made = self.s3.complete_multipart_upload(MultipartUpload={'Parts': parts}, **ask)
        self.assertTrue(made['ETag'].endswith('-2"'))
        got = self.get('big')
        self.assertEqual(got['ContentLength'], PART + 3)
        self.assertEqual(self.get('big', PartNumber=2)['Body'].read(), b'end')
        self.refused('NoSuchUpload', self.s3.list_parts, 404, **ask)

    def test_too_small_parts_and_aborted_uploads(self):
        upload = self.s3.create_multipart_upload(Bucket='qa-bucket', Key='k')['UploadId']
        ask = {'Bucket': 'qa-bucket', 'Key': 'k', 'UploadId': upload}
        parts = [{'PartNumber': n, 'ETag': self.s3.upload_part(
            PartNumber=n, Body=b'x', **ask)['ETag']} for n in (1, 2)]
        self.refused('EntityTooSmall', self.s3.complete_multipart_upload,
                     MultipartUpload={'Parts': parts}, **ask)
        uploads = self.s3.list_multipart_uploads(Bucket='qa-bucket')['Uploads']
        self.assertEqual([u['UploadId'] for u in uploads], [upload])
        self.s3.abort_multipart_upload(**ask)
        self.refused('NoSuchUpload', self.s3.abort_multipart_upload, 404, **ask)


class Keys(Buckets):
    def test_objects_under_keys_of_kms_and_texts_of_its_own(self):
        kms = self.rig.aws('kms')
        key = kms.create_key(Description='qa')['KeyMetadata']['Arn']
        kms.create_alias(AliasName='alias/qa', TargetKeyId=key)
        sealed = kms.encrypt(KeyId='alias/qa', Plaintext=b'text')['CiphertextBlob']
        self.assertEqual(kms.decrypt(CiphertextBlob=sealed)['Plaintext'], b'text')
        self.refused('InvalidCiphertextException', kms.decrypt, CiphertextBlob=sealed[:-1] + b'?')
        self.put('a', ServerSideEncryption='aws:kms', SSEKMSKeyId=key)
        self.assertEqual(self.get('a')['SSEKMSKeyId'], key)
        self.refused('KMS.NotFoundException', self.put, key='b', ServerSideEncryption='aws:kms',
                     SSEKMSKeyId=key[:-1] + '!')


class CommandLine(Buckets):
    def test_the_high_level_commands(self):
        path = os.path.join(self.rig.folder, 'file')
        with open(path, 'wb') as stream:
            stream.write(b'x' * 100000)
        self.rig.run('aws', 's3', 'cp', path, 's3://qa-bucket/dir/file')
        self.assertIn('100000 file', self.rig.run('aws', 's3', 'ls', 's3://qa-bucket/dir/').stdout)
        self.rig.run('aws', 's3', 'cp', 's3://qa-bucket/dir/file', path + '.back')
        with open(path + '.back', 'rb') as stream:
            self.assertEqual(stream.read(), b'x' * 100000)
        self.rig.run('aws', 's3', 'mb', 's3://qa-other')
        self.rig.run('aws', 's3', 'sync', 's3://qa-bucket', 's3://qa-other')
        self.rig.run('aws', 's3', 'rm', '--recursive', 's3://qa-bucket')
        self.rig.run('aws', 's3', 'rb', 's3://qa-bucket')
        self.assertEqual([b['Name'] for b in self.s3.list_buckets()['Buckets']], ['qa-other'])


if __name__ == '__main__':
    sys.exit(rig.main())
