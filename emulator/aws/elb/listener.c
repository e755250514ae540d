/* Listeners of classic load balancers: entries of ListenerDescriptions, told apart by their port.
 */
#include "emulator/aws/acm/acm.h"
#include "emulator/aws/elb/internal.h"

#include <strings.h>

#define PORT_MAX      65535
#define LISTENERS_MAX 100 /* quotas of Classic Load Balancers, "Listeners per load balancer" */
/* Guide, "Predefined SSL security policies": what a secure listener gets unless it is told. */
#define DEFAULT_SSL_POLICY "ELBSecurityPolicy-2016-08"

/* ---- Reading ---- */

/* Protocols, and which go together: layer 4 with layer 4, layer 7 with layer 7 (API: Listener). */
static const struct protocol {
	const char *name;
	unsigned layer;
	bool secure;
} protocols[] = {
	{"HTTP", 7, false},
	{"HTTPS", 7, true},
	{"SSL", 4, true},
	{"TCP", 4, false},
};

/* Case does not count: the cloud controller manager sends "tcp". */
static const struct protocol *find_protocol(const char *text)
{
	for (size_t i = 0; i < array_size(protocols); i++) {
		if (text && strcasecmp(protocols[i].name, text) == 0)
			return &protocols[i];
	}
	return NULL;
}

static bool check_port(int64_t port, struct err *err)
{
	return (port >= 1 && port <= PORT_MAX) || aws_fail(err, AWS_CLASSIC_PORT);
}

static bool check_certificate(const struct protocol *protocol, const char *certificate,
			      struct err *err)
{
	if (protocol->secure && !certificate)
		return aws_fail(err, AWS_CLASSIC_CERTIFICATE_MISSING);
	if (certificate && !str_glob("arn:*:iam::*:server-certificate/*", certificate) &&
	    !str_glob("arn:*:acm:*:certificate/*", certificate))
		return aws_fail(err, AWS_CLASSIC_CERTIFICATE_NOT_FOUND, certificate);
	return true;
}

bool listener_read(const struct json *wanted, struct json **ret, struct err *err)
{
	const char *text = json_get_str(wanted, "Protocol");
	/* CloudFormation, AWS::ElasticLoadBalancing::LoadBalancer Listeners: "If you omit this
	 * property, the default value is the value of Protocol". */
	const char *behind = json_get_str(wanted, "InstanceProtocol");
	const struct protocol *front = find_protocol(text), *back;
	const char *certificate = json_get_str(wanted, "SSLCertificateId");
	int64_t port = json_get_int(wanted, "LoadBalancerPort", 0);
	struct json *listener;

	if (certificate && !*certificate)
		certificate = NULL; /* an empty one is none */
	back = behind && *behind ? find_protocol(behind) : front;
	if (!front || !back)
		return aws_fail(err, AWS_CLASSIC_PROTOCOL, front ? behind : text);
	if (front->layer != back->layer)
		return aws_fail(err, AWS_CLASSIC_PROTOCOLS, front->name, back->name);
	if (!check_port(port, err) || !check_certificate(front, certificate, err))
		return false;
	if (!front->secure) /* not refused, but gone: hashicorp/terraform-provider-aws#677 */
		certificate = NULL;
	listener = json_new_object();
	json_set_str(listener, "Protocol", front->name);
	json_set_int(listener, "LoadBalancerPort", port);
	json_set_str(listener, "InstanceProtocol", back->name);
	json_set_copy(listener, "InstancePort", json_get(wanted, "InstancePort"));
	json_set_str(listener, "SSLCertificateId", certificate);
	*ret = listener;
	return true;
}

/* ---- Adding ---- */

struct json *listener_on_port(struct json *body, int64_t port)
{
	struct json *list = json_get_mut(body, "ListenerDescriptions");

	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item)) {
		if (json_get_int(json_get(item, "Listener"), "LoadBalancerPort", 0) == port)
			return item;
	}
	return NULL;
}

/* API: Listener, InstanceProtocol: one instance port is either secure for all, or for none. */
static bool check_back_ends(const struct json *body, const struct json *listener, struct err *err)
{
	const struct protocol *back = find_protocol(json_get_str(listener, "InstanceProtocol"));
	int64_t port = json_get_int(listener, "InstancePort", 0);

	json_foreach (item, json_get(body, "ListenerDescriptions")) {
		const struct json *other = json_get(item, "Listener");

		if (json_get_int(other, "InstancePort", 0) == port &&
		    find_protocol(json_get_str(other, "InstanceProtocol"))->secure != back->secure)
			return aws_fail(err, AWS_CLASSIC_BACK_ENDS);
	}
	return true;
}

/* A certificate of ACM or IAM that is there. */
static bool certificate_is_there(struct call *call, const char *arn, struct err *err)
{
	return !arn || acm_listener_certificate(call, arn) ||
	       aws_fail(err, AWS_CLASSIC_CERTIFICATE_NOT_FOUND, arn);
}

static bool add(struct call *call, struct json *body, struct json *extra, const struct json *wanted,
		struct err *err)
{
	_cleanup_(json_freep) struct json *listener = NULL;
	struct json *existing, *item;

	if (!listener_read(wanted, &listener, err) ||
	    !certificate_is_there(call, json_get_str(listener, "SSLCertificateId"), err))
		return false;
	existing = listener_on_port(body, json_get_int(listener, "LoadBalancerPort", 0));
	if (existing)
		return json_equal(json_get(existing, "Listener"), listener) ||
		       aws_fail(err, AWS_CLASSIC_DUPLICATE_LISTENER,
				json_get_str(body, "LoadBalancerName"),
				arena_printf(
					call->arena, "%lld",
					(long long)json_get_int(listener, "LoadBalancerPort", 0)));
	if (!check_back_ends(body, listener, err))
		return false;
	if (json_size(json_get(body, "ListenerDescriptions")) >= LISTENERS_MAX)
		return aws_fail(err, AWS_CLASSIC_TOO_MANY_LISTENERS);
	item = json_new_object();
	json_append(json_ensure_array(body, "ListenerDescriptions"), item);
	if (find_protocol(json_get_str(listener, "Protocol"))->secure) {
		json_append_str(json_ensure_array(item, "PolicyNames"), DEFAULT_SSL_POLICY);
		policy_add_security(body, extra, DEFAULT_SSL_POLICY);
	}
	json_set(item, "Listener", steal(listener));
	json_ensure_array(item, "PolicyNames");
	return true;
}

bool listeners_add(struct call *call, struct json *body, struct json *extra,
		   const struct json *wanted, struct err *err)
{
	json_foreach (listener, wanted) {
		if (!add(call, body, extra, listener, err))
			return false;
	}
	return true;
}

ELB_OP(elb_create_load_balancer_listeners)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};

	(void)output; /* the answer is empty */
	if (!elb_edit(call, input, &edit, err) ||
	    !listeners_add(call, edit.body, edit.extra, json_get(input, "Listeners"), err))
		return false;
	elb_save(call, &edit);
	return true;
}

/* ---- DeleteLoadBalancerListeners, SetLoadBalancerListenerSSLCertificate ---- */

/* A port without a listener is passed over: the operation has no error for it. */
ELB_OP(elb_delete_load_balancer_listeners)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};

	(void)output; /* the answer is empty */
	if (!elb_edit(call, input, &edit, err))
		return false;
	json_foreach (port, json_get(input, "LoadBalancerPorts")) {
		struct json *item;
		int64_t number;

		item = json_int(port, &number) ? listener_on_port(edit.body, number) : NULL;
		if (item)
			json_remove_item(json_get_mut(edit.body, "ListenerDescriptions"), item);
	}
	policies_drop_ports(edit.body);
	elb_save(call, &edit);
	return true;
}

ELB_OP(elb_set_load_balancer_listener_ssl_certificate)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	int64_t port = json_get_int(input, "LoadBalancerPort", 0);
	const struct protocol *protocol;
	struct json *item, *listener;

	(void)output; /* the answer is empty */
	if (!elb_edit(call, input, &edit, err))
		return false;
	item = listener_on_port(edit.body, port);
	if (!item)
		return aws_fail(err, AWS_CLASSIC_LISTENER_NOT_FOUND,
				json_get_str(input, "LoadBalancerName"),
				arena_printf(call->arena, "%lld", (long long)port));
	listener = json_get_mut(item, "Listener");
	protocol = find_protocol(json_get_str(listener, "Protocol"));
	if (!protocol->secure)
		return aws_fail(err, AWS_CLASSIC_CERTIFICATE_SURPLUS, protocol->name);
	if (!check_certificate(protocol, json_get_str(input, "SSLCertificateId"), err) ||
	    !certificate_is_there(call, json_get_str(input, "SSLCertificateId"), err))
		return false;
	json_set_copy(listener, "SSLCertificateId", json_get(input, "SSLCertificateId"));
	elb_save(call, &edit);
	return true;
}
