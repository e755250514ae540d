/*
 * Fuzz target: any request to the AWS façade. The first byte picks the service, the second the
 * form of the request (in the path, compressed); the rest is the body (or the path). Whatever comes
 * in, an answer with a status goes out, and the world stays whole.
 */
#include <stddef.h>
#include <stdint.h>

#include "emulator/aws/private.h"
#include "emulator/base/gzip.h"
#include "emulator/world/actor.h"

#define WORLD_CALLS 200 /* requests until the world is made anew */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *signing_name, *target;
} services[] = {
	{"ec2", NULL},
	{"elasticloadbalancing", NULL},
	{"iam", NULL},
	{"sts", NULL},
	{"shield", "AWSShield_20160616.DescribeProtection"},
	{"tagging", "ResourceGroupsTaggingAPI_20170126.GetResources"},
	{"route53", NULL},
	{"elasticfilesystem", NULL},
	{"s3", NULL},
};

static struct world *world;
static struct aws *aws;
static unsigned calls;

static void renew(void)
{
	const struct world_config config = {
		.seed = 1, .profile = PROFILE_INSTANT, .journal_limit = 100};

	aws_free(aws);
	world_free(world);
	world = world_new(&config);
	actor_add(world, &(struct actor){.name = "operator"});
	aws = aws_new(world);
	aws_check_replies(aws, true);
	calls = 0;
}

/* Bits of the second byte. */
enum form { IN_PATH = 1, COMPRESSED = 2, CLAIMS_COMPRESSION = 4 };

/* The body as it is, or in gzip. */
static void set_body(struct wire_request *request, unsigned form, const char *text)
{
	size_t length = strlen(text);
	_cleanup_(freep) char *packed = NULL;
	char *copy;

	request->body = text;
	request->body_length = length;
	if (!(form & COMPRESSED))
		return;
	packed = gzip_deflate(text, length, &length);
	request->body = copy = arena_alloc(request->arena, length + 1);
	memcpy(copy, packed, length);
	request->body_length = length;
}

static void send(const char *signing_name, const char *target, unsigned form, char *text)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct header headers[] = {
		{"Authorization",
		 arena_printf(arena,
			      "AWS4-HMAC-SHA256 Credential=x/20261123/eu-west-1/%s/aws4_request, "
			      "SignedHeaders=host, Signature=00",
			      signing_name)},
		{"X-Amz-Date", "20261123T090000Z"},
		{"Content-Type", "application/x-www-form-urlencoded"},
		{"Content-Encoding",
		 form & (COMPRESSED | CLAIMS_COMPRESSION) ? "gzip" : "identity"},
		{target ? "X-Amz-Target" : NULL, target},
		{NULL, NULL},
	};
	bool in_path = form & IN_PATH;
	char *mark = in_path ? strchr(text, '?') : NULL;
	struct job job = {.aws = aws, .request = {.arena = arena, .headers = headers}};

	if (mark)
		*mark++ = '\0';
	job.request.method = in_path ? "GET" : "POST";
	job.request.path = in_path ? arena_printf(arena, "/%s", text) : "/";
	job.request.query = mark ? mark : "";
	set_body(&job.request, form, in_path ? "" : text);
	if (job_prepare(&job))
		job_perform(&job);
	if (job.reply.status < 200 || job.reply.status > 599)
		abort();
	job_done(&job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size < 2)
		return 0;
	if (!aws || ++calls > WORLD_CALLS)
		renew();
	text = xstrndup((const char *)data + 2, size - 2);
	send(services[data[0] % array_size(services)].signing_name,
	     services[data[0] % array_size(services)].target, data[1], text);
	free(text);
	return 0;
}
