#!/usr/bin/env python3
"""Writes the AWS service models as C tables: emulator/model/generated/aws_*.c.

usage: aws.py WHEEL OUTPUT_DIRECTORY

WHEEL is botocore's, of the version and digest that requirements.txt beside this file states.
Descriptions are left out. The tables' types are in emulator/model/aws_model.h. What a model says
must be known here, written or named as left out: an unknown trait ends the generator, so that a
newer model cannot lose a constraint in silence.
"""
import gzip
import hashlib
import json
import os
import re
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))

# our name, botocore's folder, protocol, one endpoint for all regions.
# The protocol is what boto3 1.44.5 and aws-sdk-go-v2 speak: the tagging API and Shield list
# smithy-rpc-v2-cbor first and both send JSON 1.1. STS and S3 have a global endpoint besides
# the regional ones and are regional here.
SERVICES = [
    ("acm", "acm", "json", False),
    ("ec2", "ec2", "ec2", False),
    ("efs", "efs", "rest-json", False),
    ("elb", "elb", "query", False),
    ("elbv2", "elbv2", "query", False),
    ("globalaccelerator", "globalaccelerator", "json", True),
    ("iam", "iam", "query", True),
    ("kms", "kms", "json", False),
    ("route53", "route53", "rest-xml", True),
    ("s3", "s3", "rest-xml", False),
    ("shield", "shield", "json", True),
    ("sts", "sts", "query", False),
    ("tagging", "resourcegroupstaggingapi", "json", False),
    ("waf-regional", "waf-regional", "json", False),
    ("wafv2", "wafv2", "json", False),
]
PROTOCOLS = {"ec2": "PROTOCOL_EC2", "query": "PROTOCOL_QUERY", "json": "PROTOCOL_JSON",
             "rest-json": "PROTOCOL_REST_JSON", "rest-xml": "PROTOCOL_REST_XML"}
TYPES = {"structure": "STRUCTURE", "list": "LIST", "map": "MAP", "string": "STRING",
         "boolean": "BOOLEAN", "integer": "INTEGER", "long": "LONG", "float": "FLOAT",
         "double": "DOUBLE", "timestamp": "TIMESTAMP", "blob": "BLOB"}
# The order of these three is the order of the enums in aws_model.h.
LOCATIONS = [None, "header", "headers", "uri", "querystring", "statusCode"]
TIMESTAMPS = [None, "iso8601", "rfc822", "unixTimestamp"]
MEMBER_FLAGS = ["required", "xmlAttribute", "idempotencyToken", "flattened", "streaming",
                "jsonvalue", "hostLabel"]
SHAPE_FLAGS = ["flattened", "wrapper", "exception", "fault", "document", "union", "min", "max",
               "sensitive", "eventstream"]
OPERATION_FLAGS = ["unsigned", "deprecated", "checksum"]

KNOWN_MEMBER = {"shape", "locationName", "queryName", "xmlNamespace", "location",
                "timestampFormat"} | set(MEMBER_FLAGS) - {"required"}
LEFT_OUT_MEMBER = {"documentation", "deprecated", "deprecatedMessage", "deprecatedSince", "box",
                   "contextParam", "eventpayload"}
KNOWN_SHAPE = {"type", "members", "member", "key", "value", "enum", "required", "pattern",
               "locationName", "error", "payload", "timestampFormat", "xmlNamespace"
               } | set(SHAPE_FLAGS)
LEFT_OUT_SHAPE = {"documentation", "box", "deprecated", "deprecatedMessage", "deprecatedSince",
                  "retryable", "synthetic", "event"}
KNOWN_OPERATION = {"name", "http", "input", "output", "errors", "authtype", "auth", "deprecated",
                   "httpChecksum"}
LEFT_OUT_OPERATION = {"documentation", "staticContextParams", "idempotent", "readonly",
                      "deprecatedMessage", "endpoint", "unsignedPayload"}
KNOWN_PAGE = {"input_token", "output_token", "limit_key", "result_key", "more_results"}
LEFT_OUT_PAGE = {"non_aggregate_keys"}


def fail(text):
    sys.exit("aws.py: " + text)


def check_known(where, got, *known):
    unknown = set(got).difference(*known)
    if unknown:
        fail(f"{where}: unknown trait {', '.join(sorted(unknown))}: teach aws.py to write it "
             "or to leave it out")


def c_text(text):
    """A C string literal, or 0 for None."""
    if text is None:
        return "0"
    out = []
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif char == "?":
            out.append("\\?")       # no trigraphs
        elif 32 <= byte < 127:
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def bits(names, traits):
    return sum(1 << i for i, name in enumerate(names) if traits.get(name))


def fits(value, width, what):
    if not 0 <= value < 1 << width:
        fail(f"{what} {value} does not fit {width} bits")
    return value


def thousandths(value, where):
    scaled = round(value * 1000)
    if abs(scaled / 1000 - value) > 1e-12:
        fail(f"{where}: limit {value} is finer than a thousandth")
    return scaled


class Wheel:
    """botocore's wheel, refused unless it is the pinned one."""

    def __init__(self, path):
        pin = None
        with open(os.path.join(HERE, "requirements.txt"), encoding="utf-8") as lines:
            for line in lines:
                pin = pin or re.match(r"botocore==(\S+) --hash=sha256:([0-9a-f]{64})", line)
        if not pin:
            fail("requirements.txt has no pinned botocore")
        self.version = pin[1]
        with open(path, "rb") as wheel:
            digest = hashlib.sha256(wheel.read()).hexdigest()
        if digest != pin[2]:
            fail(f"{path} has sha256 {digest}, requirements.txt wants {pin[2]}")
        self.zip = zipfile.ZipFile(path)
        self.names = set(self.zip.namelist())

    def load(self, path, default=None):
        for name, unpack in ((path, bytes), (path + ".gz", gzip.decompress)):
            if name in self.names:
                return json.loads(unpack(self.zip.read(name)))
        if default is None:
            fail(f"the wheel has no {path}")
        return default

    def model(self, folder, kind):
        """The newest model of a service, with botocore's own corrections merged in."""
        base = f"botocore/data/{folder}/"
        dates = sorted({n[len(base):].split("/")[0] for n in self.names
                        if n.startswith(base) and "/service-2.json" in n})
        path = f"{base}{dates[-1]}/{kind}"
        model = self.load(path + ".json")
        merge(model, self.load(path + ".sdk-extras.json", {}).get("merge", {}))
        return model


def merge(into, extra):
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


class Service:
    """One service's rows. Shapes, operations: by name. Members: as the model orders them."""

    def __init__(self, wheel, name, folder, protocol, one_endpoint):
        self.name, self.protocol, self.one_endpoint = name, protocol, one_endpoint
        self.model = wheel.model(folder, "service-2")
        self.pages = wheel.model(folder, "paginators-1")["pagination"]
        self.shape_names = sorted(self.model["shapes"])
        self.index = {n: i for i, n in enumerate(self.shape_names)}
        if protocol not in self.model["metadata"].get("protocols", [protocol]):
            fail(f"{name}: the model does not list protocol {protocol}")
        fits(len(self.index), 15, f"{name}: shapes")
        self.members, self.enums, self.errors = [], [], []
        self.shapes = [self.shape_row(n, self.model["shapes"][n]) for n in self.shape_names]
        self.operations = [self.operation_row(n, o)
                           for n, o in sorted(self.model["operations"].items())]
        unpaged = set(self.pages) - set(self.model["operations"])
        if unpaged:
            fail(f"{name}: paginators of unknown operations: {', '.join(sorted(unpaged))}")

    def member_row(self, where, name, ref, required=False):
        check_known(f"{self.name} {where}.{name}", ref, KNOWN_MEMBER, LEFT_OUT_MEMBER)
        namespace = ref.get("xmlNamespace", {})
        flags = bits(MEMBER_FLAGS, dict(ref, required=required))
        self.members.append("{%s,%s,%s,%s,%s,%d,%d,%d,%d}," % (
            c_text(name), c_text(ref.get("locationName")), c_text(ref.get("queryName")),
            c_text(namespace.get("uri")), c_text(namespace.get("prefix")),
            self.index[ref["shape"]], LOCATIONS.index(ref.get("location")),
            TIMESTAMPS.index(ref.get("timestampFormat")), flags))

    def shape_members(self, name, shape):
        kind = shape["type"]
        if kind == "structure":
            required = set(shape.get("required", []))
            if required - set(shape["members"]):
                fail(f"{self.name} {name}: requires members that it does not have")
            for member, ref in shape["members"].items():
                self.member_row(name, member, ref, member in required)
        elif kind == "list":
            self.member_row(name, "member", shape["member"])
        elif kind == "map":
            self.member_row(name, "key", shape["key"])
            self.member_row(name, "value", shape["value"])

    def shape_row(self, name, shape):
        where = f"{self.name} {name}"
        check_known(where, shape, KNOWN_SHAPE, LEFT_OUT_SHAPE)
        first_member, first_enum = len(self.members), len(self.enums)
        self.shape_members(name, shape)
        self.enums += [c_text(value) + "," for value in shape.get("enum", [])]
        low, high = shape.get("min", 0), shape.get("max", 0)
        if shape["type"] in ("float", "double"):
            low, high = thousandths(low, where), thousandths(high, where)
        if not (isinstance(low, int) and isinstance(high, int)
                and -2**63 < low < 2**63 and high < 2**63):
            fail(f"{where}: limits {low}, {high} are no 64-bit integers")
        error = shape.get("error", {})
        check_known(where, error, {"code", "httpStatusCode", "senderFault"})
        code = error.get("code") if error.get("code") != name else None
        flags = bits(SHAPE_FLAGS, dict(shape, min="min" in shape, max="max" in shape))
        return "{%s,SHAPE_%s,%d,%d,%d,%d,%d,%d,%s,%d,%d,%s,%s,%s,%s,%s,%d}," % (
            c_text(name), TYPES[shape["type"]], TIMESTAMPS.index(shape.get("timestampFormat")),
            flags, first_member, fits(len(shape.get("members", {})), 16, where),
            fits(len(shape.get("enum", [])), 16, where), first_enum, c_text(shape.get("pattern")),
            low, high, c_text(shape.get("payload")), c_text(shape.get("locationName")),
            c_text(shape.get("xmlNamespace", {}).get("uri")),
            c_text(shape.get("xmlNamespace", {}).get("prefix")), c_text(code),
            error.get("httpStatusCode", 0))

    def operation_row(self, name, op):
        where = f"{self.name} {name}"
        check_known(where, op, KNOWN_OPERATION, LEFT_OUT_OPERATION)
        check_known(where, op["http"], {"method", "requestUri", "responseCode"})
        check_known(where, op.get("input", {}), {"shape", "locationName", "xmlNamespace"})
        check_known(where, op.get("output", {}), {"shape", "resultWrapper"})
        page = self.pages.get(name, {})
        check_known(where, page, KNOWN_PAGE, LEFT_OUT_PAGE)
        first_error = len(self.errors)
        self.errors += [f"{self.index[e['shape']]}," for e in op.get("errors", [])]
        given, out = op.get("input", {}), op.get("output", {})
        if op["name"] != name:
            fail(f"{where}: is named {op['name']}")
        flags = bits(OPERATION_FLAGS, {
            "unsigned": op.get("authtype") == "none", "deprecated": op.get("deprecated"),
            "checksum": op.get("httpChecksum", {}).get("requestChecksumRequired")})
        return "{%s,%s,%s,%d,%d,%s,%s,%s,%d,%d,%d,%s,%d}," % (
            c_text(name), c_text(op["http"]["method"]), c_text(op["http"]["requestUri"]),
            self.index[given["shape"]] if given else -1, self.index[out["shape"]] if out else -1,
            c_text(out.get("resultWrapper")), c_text(given.get("locationName")),
            c_text(given.get("xmlNamespace", {}).get("uri")), first_error,
            fits(len(op.get("errors", [])), 16, where), op["http"].get("responseCode", 200),
            ",".join(c_text(",".join([page[k]] if isinstance(page[k], str) else page[k])
                            if k in page else None)
                     for k in ("input_token", "output_token", "limit_key", "result_key",
                               "more_results")),
            flags)

    def write(self, out, title):
        meta = self.model["metadata"]
        version = meta.get("jsonVersion") if self.protocol == "json" else None
        target = meta.get("targetPrefix") if self.protocol == "json" else None
        if self.protocol == "json" and not (version and target):
            fail(f"{self.name}: JSON without target prefix or version")
        tables = [("static const struct aws_member members", self.members),
                  ("static const char *const enums", self.enums),
                  ("static const struct aws_shape shapes", self.shapes),
                  ("static const uint16_t error_shapes", self.errors),
                  ("static const struct aws_operation operations", self.operations)]
        out.write(f"/* {meta['serviceFullName']} {meta['apiVersion']}: {title} */\n"
                  '#include "emulator/model/aws_tables.h"\n')
        for head, rows in tables:
            if rows:
                width = 16 if rows is self.errors else 6 if rows is self.enums else 1
                lines = ["".join(rows[i:i + width]) for i in range(0, len(rows), width)]
                out.write(f"\n{head}[] = {{\n" + "\n".join(lines) + "\n};\n")
        pick = lambda table, text: text if table else "NULL"
        fields = [
            ("name", c_text(self.name)), ("service_id", c_text(meta["serviceId"])),
            ("endpoint_prefix", c_text(meta["endpointPrefix"])),
            ("signing_name", c_text(meta.get("signingName", meta["endpointPrefix"]))),
            ("api_version", c_text(meta["apiVersion"])), ("target_prefix", c_text(target)),
            ("json_version", c_text(version)), ("xml_namespace", c_text(meta.get("xmlNamespace"))),
            ("global", "true" if self.one_endpoint else "false"),
            ("protocol", PROTOCOLS[self.protocol]),
            ("operations", "operations"), ("operation_count", len(self.operations)),
            ("shapes", "shapes"), ("shape_count", len(self.shapes)),
            ("members", "members"), ("member_count", len(self.members)),
            ("enums", pick(self.enums, "enums")), ("enum_value_count", len(self.enums)),
            ("error_shapes", pick(self.errors, "error_shapes")),
            ("error_shape_count", len(self.errors))]
        out.write(f"\nconst struct aws_service_model {symbol(self.name)} = {{\n")
        out.writelines(f"\t.{field} = {value},\n" for field, value in fields)
        out.write("};\n")


def symbol(name):
    return "aws_model_" + name.replace("-", "_")


def write_index(out, title, version):
    out.write(f"/* All AWS services: {title} */\n"
              '#include "emulator/model/aws_tables.h"\n\n'
              f'const char *const aws_model_version = "{version}";\n\n'
              "const struct aws_service_model *const aws_models[] = {\n")
    out.writelines(f"\t&{symbol(name)},\n" for name, _, _, _ in SERVICES)
    out.write("};\n\nconst size_t aws_model_count = array_size(aws_models);\n")


def main():
    if len(sys.argv) != 3:
        fail(__doc__.split("\n")[2])
    wheel = Wheel(sys.argv[1])
    title = f"generated by tools/modelgen/aws.py from botocore {wheel.version}; do not edit."
    for row in SERVICES:
        service = Service(wheel, *row)
        path = os.path.join(sys.argv[2], f"aws_{row[0].replace('-', '_')}.c")
        with open(path, "w", encoding="utf-8") as out:
            service.write(out, title)
    with open(os.path.join(sys.argv[2], "aws_models.c"), "w", encoding="utf-8") as out:
        write_index(out, title, wheel.version)


if __name__ == "__main__":
    main()
