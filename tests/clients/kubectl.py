"""kubectl, as people use it: get, apply, patch, delete, Services."""

import json
import re
import sys

import rig
from kubectl_case import SERVICE, MANY, CRD, OTHERS, Kubectl


class Read(Kubectl):
    def test_a_new_cluster_has_what_every_cluster_has(self):
        names = self.rig.kubectl('get', 'namespaces', '-o', 'name').split()
        self.assertEqual(names, ['namespace/default', 'namespace/kube-node-lease',
                                 'namespace/kube-public', 'namespace/kube-system'])
        self.assertIn('kubernetes', self.rig.kubectl('get', 'service', 'kubernetes'))
        self.assertEqual(self.get('namespace', 'default')['status'], {'phase': 'Active'})

    def test_each_context_is_a_cluster_of_its_own(self):
        contexts = self.rig.kubectl('config', 'get-contexts', '-o', 'name').split()
        self.assertEqual(sorted(contexts), ['seed', 'shoot--qa--demo'])
        self.make_map(color='blue')
        self.kubectl_refused(r'configmaps "settings" not found', '--context', 'seed', 'get',
                             'configmap', 'settings')

    def test_the_version_is_kubernetes_own(self):
        version = json.loads(self.rig.kubectl('version', '-o', 'json'))['serverVersion']
        self.assertEqual((version['major'], version['minor']), ('1', '36'))

    def test_output_formats(self):
        self.make_map(color='blue')
        self.assertIn('color: blue', self.rig.kubectl('get', 'cm', 'settings', '-o', 'yaml'))
        self.assertEqual(self.rig.kubectl('get', 'cm', 'settings', '-o', 'jsonpath={.data.color}'),
                         'blue')
        self.assertEqual(self.rig.kubectl(
            'get', 'cm', 'settings', '-o', 'custom-columns=N:.metadata.name,C:.data.color',
            '--no-headers').split(), ['settings', 'blue'])
        self.assertEqual(self.rig.kubectl('get', 'cm', 'settings', '-o', 'name').strip(),
                         'configmap/settings')

    def test_selectors_and_fields(self):
        for name, color in (('a', 'red'), ('b', 'blue'), ('c', 'blue')):
            self.make_map(name)
            self.rig.kubectl('label', 'configmap', name, 'color=' + color)
        for selector, names in (('color=blue', ['b', 'c']), ('color!=blue,color', ['a']),
                                ('color in (red,green)', ['a'])):
            found = self.get('configmaps', '-l', selector)['items']
            self.assertEqual([x['metadata']['name'] for x in found], names, selector)
        found = self.get('configmaps', '--field-selector', 'metadata.name=b')['items']
        self.assertEqual([x['metadata']['name'] for x in found], ['b'])

    def test_chunks_have_every_object_once(self):
        for i in range(7):
            self.make_map('map-%d' % i)
        names = self.rig.kubectl('get', 'configmaps', '--chunk-size=3', '-o', 'name').split()
        self.assertEqual([n for n in names if 'map-' in n],
                         ['configmap/map-%d' % i for i in range(7)])

    def test_api_resources_and_explain(self):
        kinds = self.rig.kubectl('api-resources', '--no-headers', '-o', 'wide')
        for words in (('services', 'svc', 'v1', 'true', 'Service'),
                      ('deployments', 'deploy', 'apps/v1', 'true', 'Deployment'),
                      ('nodes', 'no', 'v1', 'false', 'Node')):
            self.assertRegex(kinds, r'(?m)^%s\s+%s\s+%s\s+%s\s+%s\b' % words)
        self.assertIn('apps/v1', self.rig.kubectl('api-versions').split())
        told = self.rig.kubectl('explain', 'service.spec.ports')
        self.assertRegex(told, r'targetPort\s+<IntOrString>')
        self.assertRegex(told, r'port\s+<integer> -required-')
        self.kubectl_refused('field "prots" does not exist', 'explain', 'service.spec.prots')

    def test_describe_and_events(self):
        self.rig.kubectl('create', '-f', '-', stdin=SERVICE)
        told = self.rig.kubectl('describe', 'service', 'echo')
        self.assertRegex(told, r'Type:\s+LoadBalancer')
        self.assertRegex(told, r'Selector:\s+app=echo')

    def test_what_is_not_there_is_said_as_kubernetes_says_it(self):
        self.kubectl_refused(r'\(NotFound\): configmaps "none" not found', 'get', 'cm', 'none')
        self.kubectl_refused(r'doesn\'t have a resource type "kites"', 'get', 'kites')
        self.kubectl_refused(r'\(AlreadyExists\): namespaces "default" already exists',
                             'create', 'namespace', 'default')
        self.kubectl_refused('namespaces "none" not found', 'create', 'configmap',
                             'x', '-n', 'none')

    def test_who_am_i_and_may_i(self):
        self.assertIn('operator', self.rig.kubectl('auth', 'whoami'))
        self.assertEqual(self.rig.kubectl('auth', 'can-i', 'create', 'services').strip(), 'yes')


class Columns(Kubectl):
    def columns(self, *what):
        """The heads, and for each row its cells, as far as they have no spaces."""
        head, *rows = self.rig.kubectl('get', *what).splitlines()
        return re.split(r'\s{2,}', head.strip()), [re.split(r'\s{2,}', row) for row in rows]

    def test_narrow_and_wide_columns_of_a_service(self):
        self.rig.kubectl('create', '-f', '-', stdin=SERVICE)
        heads, rows = self.columns('service', 'echo')
        self.assertEqual(heads, ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'])
        self.assertEqual((rows[0][0], rows[0][1], rows[0][3]), ('echo', 'LoadBalancer', '<pending>'))
        self.assertRegex(rows[0][4], r'^80:3\d{4}/TCP$')
        heads, rows = self.columns('service', 'echo', '-o', 'wide')
        self.assertEqual((heads[-1], rows[0][-1]), ('SELECTOR', 'app=echo'))

    def test_a_deployment_and_its_containers(self):
        self.rig.kubectl('create', '-f', '-', stdin=MANY)
        heads, rows = self.columns('deployment', 'echo', '-n', 'qa', '-o', 'wide')
        self.assertEqual(heads, ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE', 'CONTAINERS',
                                 'IMAGES', 'SELECTOR'])
        self.assertEqual(rows[0][:2] + rows[0][5:], ['echo', '0/2', 'echo', 'echo:1', 'app=echo'])

    def test_a_node_before_anybody_looks_after_it(self):
        self.rig.kubectl('create', '-f', '-', stdin=json.dumps(
            {'apiVersion': 'v1', 'kind': 'Node', 'metadata': {
                'name': 'n', 'labels': {'node-role.kubernetes.io/worker': ''}}}))
        heads, rows = self.columns('nodes', '-o', 'wide')
        self.assertEqual(heads, ['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION', 'INTERNAL-IP',
                                 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME'])
        self.assertEqual(rows[0][:3] + rows[0][-5:], ['n', 'Unknown', 'worker', '<none>', '<none>',
                                                      '<unknown>', '<unknown>', '<unknown>'])

    def test_pods_before_they_are_scheduled(self):
        self.rig.kubectl('run', 'p', '--image=echo:1')
        heads, rows = self.columns('pods', '-o', 'wide')
        self.assertEqual(heads, ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE',
                                 'NOMINATED NODE', 'READINESS GATES'])
        self.assertEqual(rows[0][:4] + rows[0][5:],
                         ['p', '0/1', 'Pending', '0', '<none>', '<none>', '<none>', '<none>'])

    def test_what_people_look_at(self):
        self.rig.kubectl('create', '-f', '-', stdin=CRD + OTHERS)
        for kind, line in (
                ('configmap m', 'NAME DATA AGE m 2'),
                ('secret s', 'NAME TYPE DATA AGE s Opaque 1'),
                ('namespace default', 'NAME STATUS AGE default Active'),
                ('serviceaccount default', 'NAME AGE default'),
                ('lease l', 'NAME HOLDER AGE l me'),
                ('ingressclass c', 'NAME CONTROLLER PARAMETERS AGE c example.com/c <none>'),
                ('ingress i', 'NAME CLASS HOSTS ADDRESS PORTS AGE i c a.example 80, 443'),
                ('endpointslice e', 'NAME ADDRESSTYPE PORTS ENDPOINTS AGE e IPv6 80 fd00::1'),
                ('event v', 'LAST SEEN TYPE REASON OBJECT MESSAGE <unknown> Normal Why pod/p so'),
                ('role r', 'NAME CREATED AT r 20'),
                ('crd kites.sky.example', 'NAME CREATED AT kites.sky.example 20')):
            told = ' '.join(self.rig.kubectl('get', *kind.split()).split())
            self.assertEqual(told[:len(line)], line)


class Write(Kubectl):
    def test_a_file_of_many_documents(self):
        told = self.rig.kubectl('create', '-f', '-', stdin=MANY)
        self.assertEqual(told.splitlines(), ['namespace/qa created', 'configmap/settings created',
                                             'deployment.apps/echo created'])
        deployment = self.get('deployment', 'echo', '-n', 'qa')
        self.assertEqual(deployment['spec']['strategy']['type'], 'RollingUpdate')  # a default
        self.assertEqual(deployment['metadata']['generation'], 1)
        self.rig.kubectl('scale', 'deployment', 'echo', '-n', 'qa', '--replicas=3')
        deployment = self.get('deployment', 'echo', '-n', 'qa')
        self.assertEqual((deployment['spec']['replicas'], deployment['metadata']['generation']),
                         (3, 2))

    def test_patches_of_each_type(self):
        self.rig.kubectl('create', '-f', '-', stdin=MANY)
        patch = ('patch', 'deployment', 'echo', '-n', 'qa')
        self.rig.kubectl(*patch, '--type=json', '-p', json.dumps(
            [{'op': 'test', 'path': '/spec/replicas', 'value': 2},
             {'op': 'replace', 'path': '/spec/replicas', 'value': 5}]))
        self.rig.kubectl(*patch, '--type=merge', '-p', '{"metadata":{"labels":{"a":"b"}}}')
        self.rig.kubectl(*patch, '-p', json.dumps({'spec': {'template': {'spec': {'containers': [
            {'name': 'sidecar', 'image': 'sidecar:1'}]}}}}))  # strategic: merged by name
        deployment = self.get('deployment', 'echo', '-n', 'qa')
        self.assertEqual(deployment['spec']['replicas'], 5)
        self.assertEqual(deployment['metadata']['labels'], {'a': 'b'})
        self.assertEqual([c['name'] for c in deployment['spec']['template']['spec']['containers']],
                         ['sidecar', 'echo'])
        # what client-go makes of a 422 without causes
        self.kubectl_refused('^The request is invalid', *patch, '--type=json', '-p', json.dumps(
            [{'op': 'test', 'path': '/spec/replicas', 'value': 2}]))
        self.assertEqual(self.get('deployment', 'echo', '-n', 'qa'), deployment)

    def test_apply_merges_what_three_sides_want(self):
        manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {%s}\n'
        apply = ('apply', '-f', '-')
        self.assertIn('created', self.rig.kubectl(*apply, stdin=manifest % 'a: "1", b: "2"'))
        self.rig.kubectl('patch', 'configmap', 'm', '-p', '{"data":{"c":"3"}}')
        self.assertIn('configured', self.rig.kubectl(*apply, stdin=manifest % 'a: "9"'))
        self.assertEqual(self.get('configmap', 'm')['data'], {'a': '9', 'c': '3'})
        self.assertIn('unchanged', self.rig.kubectl(*apply, stdin=manifest % 'a: "9"'))

    def test_labels_and_annotations(self):
        self.make_map()
        self.rig.kubectl('label', 'configmap', 'settings', 'a=1', 'b=2')
        self.rig.kubectl('annotate', 'configmap', 'settings', 'why=because')
        self.kubectl_refused("already has a value", 'label', 'configmap', 'settings', 'a=3')
        self.rig.kubectl('label', 'configmap', 'settings', 'a=3', 'b-', '--overwrite')
        meta = self.get('configmap', 'settings')['metadata']
        self.assertEqual((meta['labels'], meta['annotations']), ({'a': '3'}, {'why': 'because'}))
        self.kubectl_refused('invalid label value', 'label', 'configmap', 'settings',
                             'a=no spaces', '--overwrite')

    def test_a_dry_run_answers_and_stores_nothing(self):
        made = self.rig.kubectl_json('create', '--dry-run=server', '-f', '-', stdin=SERVICE)
        self.assertTrue(made['spec']['clusterIP'])
        self.assertTrue(made['metadata']['uid'])
        self.kubectl_refused('NotFound', 'get', 'service', 'echo')
        self.make_map(a='1')
        self.rig.kubectl('delete', 'configmap', 'settings', '--dry-run=server')
        self.assertEqual(self.get('configmap', 'settings')['data'], {'a': '1'})

    def test_strict_validation_finds_a_typo(self):
        typo = SERVICE.replace('selector:', 'selektor:')
        self.kubectl_refused(r'unknown field "spec\.selektor"', 'create', '--validate=strict',
                             '-f', '-', stdin=typo)
        done = self.rig.run('kubectl', 'create', '--validate=warn', '-f', '-', stdin=typo)
        self.assertIn('unknown field "spec.selektor"', done.stderr)
        self.assertNotIn('selektor', self.get('service', 'echo')['spec'])

    def test_a_stale_update_is_a_conflict(self):
        made = self.make_map(a='1')
        self.rig.kubectl('patch', 'configmap', 'settings', '-p', '{"data":{"a":"2"}}')
        made['data']['a'] = '3'
        self.kubectl_refused(r'\(Conflict\).*the object has been modified', 'replace', '-f', '-',
                             stdin=json.dumps(made))
        self.assertEqual(self.get('configmap', 'settings')['data'], {'a': '2'})

    def test_invalid_objects_are_refused_with_the_field(self):
        for change, words in (
                (('port: 80', 'port: 80000'), r'spec\.ports\[0\]\.port: Invalid value: 80000: '
                                              'must be between 1 and 65535, inclusive'),
                (('name: echo', 'name: Echo'), r'metadata\.name: Invalid value: "Echo"'),
                (('type: LoadBalancer', 'type: Balancer'), r'spec\.type: Unsupported value: '
                                                           '"Balancer"')):
            self.kubectl_refused(words, 'create', '-f', '-', stdin=SERVICE.replace(*change))
        self.kubectl_refused('NotFound', 'get', 'service', 'echo')


class Delete(Kubectl):
    def test_delete_waits_for_finalizers(self):
        self.make_map()
        self.rig.kubectl('patch', 'configmap', 'settings', '-p',
                         '{"metadata":{"finalizers":["qa.example/hold"]}}')
        self.rig.kubectl('delete', 'configmap', 'settings', '--wait=false')
        meta = self.get('configmap', 'settings')['metadata']
        self.assertIn('deletionTimestamp', meta)
        self.kubectl_refused('timed out', 'wait', '--for=delete', 'configmap/settings',
                             '--timeout=100ms')
        self.rig.kubectl('patch', 'configmap', 'settings', '--type=merge', '-p',
                         '{"metadata":{"finalizers":null}}')
        self.rig.kubectl('wait', '--for=delete', 'configmap/settings', '--timeout=20s')
        self.kubectl_refused('NotFound', 'get', 'configmap', 'settings')

    def test_a_namespace_takes_all_with_it(self):
        self.rig.kubectl('create', '-f', '-', stdin=MANY)
        self.rig.kubectl('delete', 'namespace', 'qa', '--timeout=60s')
        self.kubectl_refused('NotFound', 'get', 'deployment', 'echo', '-n', 'qa')

    def test_many_at_once(self):
        for name in 'abc':
            self.make_map(name)
            self.rig.kubectl('label', 'configmap', name, 'go=away')
        self.rig.kubectl('delete', 'configmaps', '-l', 'go=away')
        names = self.rig.kubectl('get', 'configmaps', '-o', 'name').split()
        self.assertNotIn('configmap/a', names)


class Services(Kubectl):
    def setUp(self):
        super().setUp()
        self.rig.kubectl('create', '-f', '-', stdin=SERVICE)

    def test_a_service_gets_addresses_and_ports(self):
        spec = self.get('service', 'echo')['spec']
        self.assertRegex(spec['clusterIP'], r'^100\.6[4-9]\.|^100\.7[01]\.')
        self.assertEqual(spec['clusterIPs'], [spec['clusterIP']])
        self.assertEqual((spec['ipFamilies'], spec['ipFamilyPolicy']), (['IPv4'], 'SingleStack'))
        self.assertIn(spec['ports'][0]['nodePort'], range(30000, 32768))
        self.assertEqual(spec['ports'][0]['targetPort'], 8080)
        self.assertTrue(spec['allocateLoadBalancerNodePorts'])
        self.assertEqual(spec['externalTrafficPolicy'], 'Cluster')

    def test_the_class_of_a_load_balancer_stays(self):
        with self.unchanged(lambda: self.get('service', 'echo')):
            self.kubectl_refused(
                r'spec\.loadBalancerClass: Invalid value: "other/class": may not change once set',
                'patch', 'service', 'echo', '-p', '{"spec":{"loadBalancerClass":"other/class"}}')

    def test_a_cluster_address_stays(self):
        self.kubectl_refused(r'spec\.clusterIPs\[0\]: Invalid value: .*may not change once set',
                             'patch', 'service', 'echo', '-p',
                             '{"spec":{"clusterIP":"100.64.9.9","clusterIPs":["100.64.9.9"]}}')

    def test_status_is_written_through_its_own_path(self):
        entry = {'status': {'loadBalancer': {'ingress': [{'hostname': 'a.example'}]}}}
        self.rig.kubectl('patch', 'service', 'echo', '--type=merge', '-p', json.dumps(entry))
        self.assertEqual(self.get('service', 'echo')['status'], {'loadBalancer': {}})
        self.rig.kubectl('patch', 'service', 'echo', '--type=merge', '--subresource=status', '-p',
                         json.dumps(entry))
        self.assertEqual(self.rig.kubectl('get', 'service', 'echo', '--no-headers').split()[3],
                         'a.example')
        self.rig.kubectl('wait', '--timeout=10s', 'service/echo',
                         '--for=jsonpath={.status.loadBalancer.ingress[0].hostname}=a.example')

    def test_dual_stack_is_allocated_in_both_families(self):
        self.rig.kubectl('patch', 'service', 'echo', '-p',
                         '{"spec":{"ipFamilyPolicy":"PreferDualStack"}}')
        spec = self.get('service', 'echo')['spec']
        self.assertEqual(spec['ipFamilyPolicy'], 'PreferDualStack')
        self.assertEqual(len(spec['clusterIPs']), len(spec['ipFamilies']))


if __name__ == '__main__':
    sys.exit(rig.main())
