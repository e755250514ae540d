"""kubectl, as people use it: get, apply, patch, delete, wait, explain, watch, custom resources."""

import json
import re
import shutil
import subprocess
import sys
import time

import rig

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: echo, labels: {app: echo}}
spec:
  type: LoadBalancer
  loadBalancerClass: service.k8s.aws/nlb
  selector: {app: echo}
  ports: [{name: http, port: 80, targetPort: 8080}]
"""

MANY = """
apiVersion: v1
kind: Namespace
metadata: {name: qa}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: qa}
data: {color: blue}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo, namespace: qa}
spec:
  replicas: 2
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec: {containers: [{name: echo, image: "echo:1", ports: [{containerPort: 8080}]}]}
"""

CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kites.sky.example}
spec:
  group: sky.example
  scope: Namespaced
  names: {plural: kites, singular: kite, kind: Kite, shortNames: [kt], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Height, type: integer, jsonPath: .spec.height}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            description: how it flies
            type: object
            required: [height]
            properties:
              height: {type: integer, minimum: 1, maximum: 500, description: metres of line}
              color: {type: string, default: red, enum: [red, blue]}
          status:
            type: object
            properties: {up: {type: boolean}}
"""

OTHERS = """
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: b}, binaryData: {c: ""}}
---
{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: b}}
---
{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: l}, spec: {holderIdentity: me}}
---
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: c},
 spec: {controller: example.com/c}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i}
spec:
  ingressClassName: c
  tls: [{hosts: [a.example]}]
  rules: [{host: a.example}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: e}
addressType: IPv6
ports: [{port: 80}]
endpoints: [{addresses: ["fd00::1"]}]
---
{apiVersion: v1, kind: Event, metadata: {name: v}, type: Normal, reason: Why, message: so,
 involvedObject: {kind: Pod, name: p, namespace: default}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}}
"""

KITE = """
apiVersion: sky.example/v1
kind: Kite
metadata: {name: one}
spec: {height: 20}
"""


class Kubectl(rig.Case):
    def setUp(self):
        if not shutil.which('kubectl'):
            self.skipTest('no kubectl')
        super().setUp()

    def make_map(self, name='settings', **data):
        return self.rig.kubectl_json('create', 'configmap', name, *(
            '--from-literal=%s=%s' % item for item in data.items()))

    def get(self, *what):
        return self.rig.kubectl_json('get', *what)


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


class ServerSideApply(Kubectl):
    MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {%s}\n'

    def apply(self, data, manager='kubectl', *more):
        return self.rig.kubectl('apply', '--server-side', '--field-manager', manager, *more, '-f',
                                '-', stdin=self.MAP % data)

    def owners(self):
        """{manager: (operation, the keys of data that it owns)}, as --show-managed-fields has it."""
        shown = self.rig.kubectl_json('get', 'configmap', 'm', '--show-managed-fields')
        return {entry['manager']: (entry['operation'], sorted(
                    key[2:] for key in entry['fieldsV1'].get('f:data', {}) if key != '.'))
                for entry in shown['metadata']['managedFields']}

    def test_each_applier_owns_what_it_applied(self):
        self.assertEqual(self.apply('a: "1"'), 'configmap/m serverside-applied\n')
        self.apply('b: "2"', 'other')
        self.assertEqual(self.get('configmap', 'm')['data'], {'a': '1', 'b': '2'})
        self.assertEqual(self.owners(), {'kubectl': ('Apply', ['a']), 'other': ('Apply', ['b'])})
        self.assertNotIn('managedFields', self.get('configmap', 'm')['metadata'])

    def test_what_an_applier_leaves_out_goes_unless_another_has_it(self):
        self.apply('a: "1", b: "2"')
        self.apply('b: "2"', 'other')
        self.apply('c: "3"')
        self.assertEqual(self.get('configmap', 'm')['data'], {'b': '2', 'c': '3'})
        self.assertEqual(self.owners(), {'kubectl': ('Apply', ['c']), 'other': ('Apply', ['b'])})

    def test_another_value_for_an_owned_field_is_a_conflict_until_forced(self):
        self.apply('a: "1"')
        before = self.rig.kubectl_json('get', 'configmap', 'm', '--show-managed-fields')
        said = self.kubectl_refused(
            r'Apply failed with 1 conflict: conflict with "kubectl": \.data\.a', 'apply',
            '--server-side', '--field-manager=other', '-f', '-', stdin=self.MAP % 'a: "2"')
        self.assertIn('--force-conflicts', said)  # kubectl's advice for a Conflict with causes
        self.assertEqual(
            self.rig.kubectl_json('get', 'configmap', 'm', '--show-managed-fields'), before)
        self.apply('a: "2"', 'other', '--force-conflicts')
        self.assertEqual(self.get('configmap', 'm')['data'], {'a': '2'})
        self.assertEqual(self.owners()['other'], ('Apply', ['a']))
        self.assertEqual(self.owners().get('kubectl', ('Apply', []))[1], [])

    def test_a_conflict_names_who_patched(self):
        self.apply('a: "1"')
        self.rig.kubectl('patch', 'configmap', 'm', '-p', '{"data":{"a":"9"}}')
        self.assertEqual(self.owners()['kubectl-patch'], ('Update', ['a']))
        self.kubectl_refused(r'conflict with "kubectl-patch" using v1( at .*)?: \.data\.a', 'apply',
                             '--server-side', '-f', '-', stdin=self.MAP % 'a: "1"')
        self.apply('a: "9"')  # the same value: both own it
        self.assertEqual(self.owners()['kubectl'], ('Apply', ['a']))

    def test_lists_merge_by_their_keys(self):
        ports = 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [%s]}\n'
        self.rig.kubectl('apply', '--server-side', '-f', '-',
                         stdin=ports % '{name: http, port: 80}')
        self.rig.kubectl('apply', '--server-side', '--field-manager=other', '-f', '-',
                         stdin=ports % '{name: tls, port: 443}')
        self.assertEqual([p['port'] for p in self.get('service', 's')['spec']['ports']], [80, 443])
        self.rig.kubectl('apply', '--server-side', '-f', '-', stdin=(
            'apiVersion: v1\nkind: Service\nmetadata: {name: s}\n'))
        self.assertEqual([p['port'] for p in self.get('service', 's')['spec']['ports']], [443])

    def test_a_dry_run_applies_nothing(self):
        self.apply('a: "1"', 'kubectl', '--dry-run=server')
        self.kubectl_refused('NotFound', 'get', 'configmap', 'm')

    def test_a_typo_is_refused(self):
        self.kubectl_refused(r'unknown field "datum"', 'apply', '--server-side', '-f', '-',
                             stdin=(self.MAP % 'a: "1"').replace('\ndata:', '\ndatum:'))
        self.kubectl_refused('NotFound', 'get', 'configmap', 'm')

    def test_client_side_apply_moves_to_the_server(self):
        self.rig.kubectl('apply', '-f', '-', stdin=self.MAP % 'a: "1", b: "2"')
        self.apply('a: "1"')  # kubectl hands its own client-side fields over: b goes
        self.assertEqual(self.get('configmap', 'm')['data'], {'a': '1'})


class Tools(Kubectl):
    """What people reach for when something is wrong; what is missing says so."""

    def setUp(self):
        super().setUp()
        self.rig.kubectl('create', '-f', '-', stdin=MANY)

    def test_describe(self):
        told = self.rig.kubectl('describe', 'deployment', 'echo', '-n', 'qa')
        self.assertRegex(told, r'Replicas:\s+2 desired \| 0 updated \| 0 total')
        self.assertRegex(told, r'StrategyType:\s+RollingUpdate')
        self.assertRegex(told, r'Image:\s+echo:1')
        self.rig.kubectl('create', '-f', '-', stdin=OTHERS)
        told = self.rig.kubectl('describe', 'ingress', 'i')
        self.assertRegex(told, r'Ingress Class:\s+c\n')
        self.assertRegex(self.rig.kubectl('describe', 'lease', 'l'), r'Holder Identity:\s+me')
        self.assertRegex(self.rig.kubectl('describe', 'namespace', 'qa'), r'Status:\s+Active')

    def test_events_of_an_object_stand_in_its_description(self):
        self.make_map('m')
        uid = self.get('configmap', 'm')['metadata']['uid']
        self.rig.kubectl('create', '-f', '-', stdin=json.dumps({
            'apiVersion': 'v1', 'kind': 'Event', 'metadata': {'name': 'e'}, 'type': 'Warning',
            'reason': 'Fell', 'message': 'it fell', 'count': 3, 'involvedObject': {
                'apiVersion': 'v1', 'kind': 'ConfigMap', 'name': 'm', 'namespace': 'default', 'uid': uid}}))
        told = self.rig.kubectl('describe', 'configmap', 'm')
        self.assertRegex(told, r'Warning\s+Fell\s.*\(x3 over .*it fell')
        self.assertRegex(self.rig.kubectl('events', '--for', 'configmap/m'), r'Fell\s+ConfigMap/m')

    def test_rollouts_are_followed(self):
        status = ('rollout', 'status', 'deployment/echo', '-n', 'qa', '--timeout=500ms')
        self.kubectl_refused('timed out waiting', *status)
        self.rig.kubectl('patch', 'deployment', 'echo', '-n', 'qa', '--subresource=status',
                         '--type=merge', '-p', json.dumps({'status': {
                             'observedGeneration': 1, 'replicas': 2, 'updatedReplicas': 2,
                             'readyReplicas': 2, 'availableReplicas': 2}}))
        self.assertIn('successfully rolled out', self.rig.kubectl(*status))
        self.rig.kubectl('rollout', 'restart', 'deployment/echo', '-n', 'qa')
        deployment = self.get('deployment', 'echo', '-n', 'qa')
        self.assertEqual(deployment['metadata']['generation'], 2)
        self.assertIn('kubectl.kubernetes.io/restartedAt',
                      deployment['spec']['template']['metadata']['annotations'])

    def test_scale_and_its_condition(self):
        scale = ('scale', 'deployment', 'echo', '-n', 'qa')
        self.kubectl_refused('Expected replicas to be 7, was 2', *scale, '--current-replicas=7',
                             '--replicas=3')
        self.rig.kubectl(*scale, '--current-replicas=2', '--replicas=3')
        self.assertEqual(self.get('deployment', 'echo', '-n', 'qa')['spec']['replicas'], 3)
        self.kubectl_refused('must be greater than or equal to 0', 'patch', 'deployment', 'echo',
                             '-n', 'qa', '-p', '{"spec":{"replicas":-1}}')

    def test_diff_shows_what_apply_would_change_and_changes_nothing(self):
        manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata: {a: "%d"}\n'
        self.rig.kubectl('apply', '-f', '-', stdin=manifest % 1)
        done = self.rig.run('kubectl', 'diff', '-f', '-', stdin=manifest % 2, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r'(?m)^-  a: "1"\n\+  a: "2"$')
        self.assertEqual(self.get('configmap', 'd')['data'], {'a': '1'})
        done = self.rig.run('kubectl', 'diff', '-f', '-', stdin=manifest % 1, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    def test_what_there_is_not_says_so(self):
        self.rig.kubectl('run', 'p', '--image=echo:1')
        for words, command in (
                ('the subresource "log" of pods is not emulated', 'logs p'),
                ('the subresource "exec" of pods is not emulated', 'exec p -- ls'),
                ('the subresource "attach" of pods is not emulated', 'attach p'),
                ('Metrics API not available', 'top nodes'),
                ('nodes "none" not found', 'drain none'),
                ('no rollout history found', 'rollout undo deployment/echo -n qa')):
            self.kubectl_refused(words, *command.split())

    def test_what_i_may(self):
        self.assertEqual(self.rig.kubectl('auth', 'can-i', 'delete', 'nodes', '-A').strip(), 'yes')
        told = self.rig.kubectl('auth', 'can-i', '--list')
        self.assertRegex(told, r'(?m)^\*\.\*\s.*\[\*\]$')
        self.assertRegex(self.rig.kubectl('create', 'token', 'default'), r'^[\w-]+\.[\w-]+\.[\w-]+$')

    def test_explain_of_each_kind_that_is_served(self):
        kinds = self.rig.kubectl('api-resources', '-o', 'name', '--verbs=list').split()
        self.assertGreater(len(kinds), 50)
        for kind in kinds[::7]:  # all of them take half a minute
            self.assertRegex(self.rig.kubectl('explain', kind.split('.')[0]),
                             r'FIELDS:\n')


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


class CustomResources(Kubectl):
    def setUp(self):
        super().setUp()
        self.rig.kubectl('create', '-f', '-', stdin=CRD)
        self.rig.kubectl('wait', '--for=condition=Established', 'crd/kites.sky.example',
                         '--timeout=20s')

    def test_objects_are_defaulted_shown_and_explained(self):
        self.rig.kubectl('create', '-f', '-', stdin=KITE)
        self.assertEqual(self.get('kt', 'one')['spec'], {'height': 20, 'color': 'red'})
        head, row = self.rig.kubectl('get', 'kites').splitlines()
        self.assertEqual((head.split(), row.split()), (['NAME', 'HEIGHT'], ['one', '20']))
        self.assertIn('metres of line', self.rig.kubectl('explain', 'kite.spec.height'))
        self.assertRegex(self.rig.kubectl('api-resources', '--api-group=sky.example'),
                         r'kites\s+kt\s+sky\.example/v1\s+true\s+Kite')

    def test_invalid_objects_are_refused_with_the_field(self):
        for change, words in (
                (('height: 20', 'height: 501'), r'spec\.height: Invalid value: 501: '
                 r'spec\.height in body should be less than or equal to 500'),
                (('height: 20', 'height: high'), r'spec\.height: Invalid value: "string": '
                 r'spec\.height in body must be of type integer: "string"'),
                (('height: 20', 'color: red'), r'spec\.height: Required value'),
                (('20', '20, color: green'), r'spec\.color: Unsupported value: "green"')):
            self.kubectl_refused(words, 'create', '--validate=false', '-f', '-',
                                 stdin=KITE.replace(*change))

    def test_unknown_fields_are_pruned_or_refused(self):
        typo = KITE.replace('height: 20', 'height: 20, hieght: 30')
        self.kubectl_refused(r'unknown field "spec\.hieght"', 'create', '-f', '-', stdin=typo)
        self.rig.kubectl('create', '--validate=ignore', '-f', '-', stdin=typo)
        self.assertNotIn('hieght', self.get('kite', 'one')['spec'])

    def test_patches_and_status(self):
        self.rig.kubectl('apply', '-f', '-', stdin=KITE)
        self.rig.kubectl('patch', 'kite', 'one', '--type=merge', '-p', '{"spec":{"height":30}}')
        self.rig.kubectl('patch', 'kite', 'one', '--type=merge', '--subresource=status', '-p',
                         '{"status":{"up":true},"spec":{"height":99}}')
        kite = self.get('kite', 'one')
        self.assertEqual((kite['spec']['height'], kite['status']), (30, {'up': True}))
        self.assertEqual(kite['metadata']['generation'], 2)
        self.kubectl_refused('strategic-merge-patch.json is not supported', 'patch', 'kite', 'one',
                             '--type=strategic', '-p', '{"spec":{"height":30}}')

    def test_the_definition_takes_its_objects_with_it(self):
        self.rig.kubectl('create', '-f', '-', stdin=KITE)
        self.rig.kubectl('delete', 'crd', 'kites.sky.example', '--timeout=30s')
        self.kubectl_refused('the server could not find the requested resource', 'get', 'kites')


class Watch(Kubectl):
    def test_a_watch_sees_what_happens(self):
        self.make_map('first')
        watch = subprocess.Popen(
            ['kubectl', 'get', 'configmaps', '--watch', '--output-watch-events', '-o',
             'custom-columns=E:.type,N:.object.metadata.name', '--no-headers'],
            env=self.rig.env, stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.terminate)
        lines = (line.split() for line in watch.stdout)
        self.assertEqual(next(x for x in lines if 'kube-root-ca.crt' not in x), ['ADDED', 'first'])
        self.make_map('second')
        self.assertEqual(next(x for x in lines if 'kube-root-ca.crt' not in x), ['ADDED', 'second'])
        self.rig.kubectl('label', 'configmap', 'second', 'a=b')
        self.assertEqual(next(lines), ['MODIFIED', 'second'])
        self.rig.kubectl('delete', 'configmap', 'second')
        self.assertEqual(next(lines), ['DELETED', 'second'])

    def test_a_watch_prints_the_columns_of_each_change(self):
        self.rig.kubectl('create', '-f', '-', stdin=SERVICE)
        watch = subprocess.Popen(['kubectl', 'get', 'service', 'echo', '--watch'],
                                 env=self.rig.env, stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.terminate)
        self.assertEqual(watch.stdout.readline().split()[3], 'EXTERNAL-IP')
        self.assertEqual(watch.stdout.readline().split()[3], '<pending>')
        self.rig.kubectl('patch', 'service', 'echo', '--type=merge', '--subresource=status', '-p',
                         '{"status":{"loadBalancer":{"ingress":[{"hostname":"a.example"}]}}}')
        self.assertEqual(watch.stdout.readline().split()[3], 'a.example')

    def test_a_watch_ends_with_the_server(self):
        watch = subprocess.Popen(['kubectl', 'get', 'namespaces', '--watch'], env=self.rig.env,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.terminate)
        self.assertIn('NAME', watch.stdout.readline())
        begin = time.monotonic()
        status, said = self.rig.stop()
        self.assertEqual(status, 0, said)
        self.assertLess(time.monotonic() - begin, 20)
        self.rig = rig.Rig(*self.arguments)  # for the clean-up


if __name__ == '__main__':
    sys.exit(rig.main())
