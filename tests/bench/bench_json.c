/*
 * Benchmark: what a document costs: reading, copying, writing, comparing, looking up. The document
 * is a Service of the usual size. Fails when an operation takes more than ten times what it takes
 * on an ordinary laptop: a slip in the order of growth, not a slow machine.
 */
#include <stdio.h>
#include <time.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"

#define ROUNDS 50000

static const char service[] =
	"{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"echo\","
	"\"namespace\":\"default\",\"uid\":\"0b0fb9a8-1f2c-4a3e-9d4c-111111111111\","
	"\"resourceVersion\":\"12345\",\"generation\":1,"
	"\"creationTimestamp\":\"2026-11-23T08:27:00Z\",\"labels\":{\"app\":\"echo\"},"
	"\"annotations\":{\"service.beta.kubernetes.io/aws-load-balancer-type\":\"external\","
	"\"service.beta.kubernetes.io/aws-load-balancer-scheme\":\"internet-facing\"},"
	"\"finalizers\":[\"service.k8s.aws/resources\"]},\"spec\":{\"ports\":[{\"name\":\"http\","
	"\"protocol\":\"TCP\",\"port\":80,\"targetPort\":8080,\"nodePort\":31234}],"
	"\"selector\":{\"app\":\"echo\"},\"clusterIP\":\"10.0.0.7\","
	"\"clusterIPs\":[\"10.0.0.7\",\"fd00::7\"],\"type\":\"LoadBalancer\","
	"\"ipFamilies\":[\"IPv4\",\"IPv6\"],\"ipFamilyPolicy\":\"RequireDualStack\"},"
	"\"status\":{\"loadBalancer\":{\"ingress\":[{\"hostname\":"
	"\"k8s-default-echo-1234567890.elb.eu-west-1.amazonaws.com\"}]}}}";

struct bench {
	struct json *document, *other;
	struct strbuf text;
};

static void read_one(struct bench *bench _unused_)
{
	_cleanup_(json_freep) struct json *json = NULL;

	if (!json_parse(service, sizeof(service) - 1, &json, NULL))
		abort();
}

static void copy_one(struct bench *bench)
{
	json_free(json_copy(bench->document));
}

static void write_one(struct bench *bench)
{
	strbuf_reset(&bench->text);
	json_print(&bench->text, bench->document);
}

static void compare_one(struct bench *bench)
{
	if (!json_equal(bench->document, bench->other))
		abort();
}

static void look_up(struct bench *bench)
{
	if (!json_find_str(bench->document, "metadata", "uid", NULL))
		abort();
}

static const struct {
	const char *name;
	void (*run)(struct bench *bench);
	double usual_us; /* on an ordinary laptop */
} rows[] = {
	{"read", read_one, 2.5},       {"copy and free", copy_one, 1.5}, {"write", write_one, 1.5},
	{"compare", compare_one, 1.0}, {"look up", look_up, 0.1},
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(void)
{
	struct bench bench = {0};
	bool fine = json_parse(service, sizeof(service) - 1, &bench.document, NULL);

	if (!fine)
		return EXIT_FAILURE;
	bench.other = json_copy(bench.document);
	strbuf_init(&bench.text, 100000);
	printf("a document of %zu bytes, %d rounds\n", sizeof(service) - 1, ROUNDS);
	for (size_t i = 0; i < array_size(rows); i++) {
		double start = now_us(), each;
		bool quick;

		for (int round = 0; round < ROUNDS; round++)
			rows[i].run(&bench);
		each = (now_us() - start) / ROUNDS;
		quick = each <= rows[i].usual_us * 10;
		printf("%-14s %8.3f us%s\n", rows[i].name, each, quick ? "" : "  TOO SLOW");
		fine = fine && quick;
	}
	json_free(bench.document);
	json_free(bench.other);
	strbuf_done(&bench.text);
	return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
