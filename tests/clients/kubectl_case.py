"""What the modules about kubectl share: a case with a cluster, and manifests."""

import shutil

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
