#pragma once
/*
 * What the rest of the program may know of EC2: its kinds of documents with their indexes, and what
 * load balancers, nodes and the packet walk need. Everything else of EC2 goes through its API
 * (aws_invoke).
 *
 * A document's body has the shape that the EC2 API shows, without Tags (they stand in doc->tags)
 * and without what is derived on read; doc_view gives it whole.
 */
#include "emulator/base/cidr.h"
#include "emulator/world/call.h"

/**
 * @name Kinds. Keys are the ids, except where said. In parentheses: the indexes and their terms.
 */
extern const struct kind kind_vpc;    /**< (dhcp-options: DhcpOptionsId) */
extern const struct kind kind_subnet; /**< (vpc: VpcId) */
extern const struct kind kind_dhcp_options;
extern const struct kind kind_internet_gateway;		    /**< (vpc: VpcId of its attachment) */
extern const struct kind kind_egress_only_internet_gateway; /**< (vpc) */
extern const struct kind kind_route_table;		    /**< (vpc) */
extern const struct kind kind_route; /**< key "rtb-…/destination" (route-table; target: id of what
					it leads to); extra RouteTableId and VpcId */
extern const struct kind kind_route_table_association; /**< (route-table, subnet, gateway, main:
							  VpcId of a main table's association) */
extern const struct kind
	kind_nat_gateway; /**< (vpc, subnet, allocation: AllocationId, route-table) */
extern const struct kind kind_elastic_ip;	   /**< (public-ip, association, interface) */
extern const struct kind kind_network_interface;   /**< (vpc, subnet, group: GroupId, instance,
						      private-ip: "vpc-…/address", ipv6, public-ip,
						      for: what AWS made it for) */
extern const struct kind kind_security_group;	   /**< (vpc; name: "vpc-…/name") */
extern const struct kind kind_security_group_rule; /**< (group; referenced: GroupId that it names;
						      same: see ec2_rule_identity; prefix-list) */
extern const struct kind kind_network_acl;	   /**< (vpc; subnet) */
extern const struct kind kind_key_pair;		   /**< (name: "account/region/name") */
extern const struct kind kind_instance;		   /**< (vpc, subnet, private-dns-name, key-pair) */
extern const struct kind kind_iam_instance_profile_association; /**< (instance: InstanceId) */
extern const struct kind kind_host;				/**< a dedicated host */
extern const struct kind kind_instance_event_window;
extern const struct kind kind_replace_root_volume_task; /**< (instance: InstanceId) */
extern const struct kind kind_image;
extern const struct kind kind_vpc_peering_connection; /**< (vpc: of both sides) */
extern const struct kind kind_carrier_gateway;	      /**< (vpc) */
extern const struct kind kind_managed_prefix_list;
extern const struct kind kind_ipam;
extern const struct kind kind_ipam_scope;		      /**< (ipam: IpamId) */
extern const struct kind kind_ipam_pool;		      /**< (scope: IpamScopeId; source) */
extern const struct kind kind_ipam_pool_cidr;		      /**< (pool: IpamPoolId) */
extern const struct kind kind_ipam_pool_allocation;	      /**< (pool; resource: ResourceId) */
extern const struct kind kind_network_interface_permission;   /**< (interface) */
extern const struct kind kind_security_group_vpc_association; /**< (group, vpc) */
extern const struct kind kind_vpc_block_public_access_exclusion; /**< (resource: ResourceArn) */
extern const struct kind kind_account_setting;			 /**< key "account/region/name" */
extern const struct kind kind_snapshot;				 /**< (volume: VolumeId) */
extern const struct kind kind_volume;				 /**< (instance) */
extern const struct kind kind_placement_group;	    /**< (name: "account/region/name") */
extern const struct kind kind_launch_template;	    /**< (name: "account/region/name") */
extern const struct kind kind_vpc_endpoint_service; /**< (name: ServiceName; load-balancer: ARN) */
extern const struct kind kind_flow_log;		    /**< (resource: ResourceId) */
extern const struct kind kind_vpn_gateway;	    /**< (vpc: of its attachment) */
extern const struct kind kind_customer_gateway;
extern const struct kind
	kind_vpc_endpoint_connection_notification; /**< (about: ServiceId or VpcEndpointId) */
extern const struct kind kind_ipam_resource_discovery;
extern const struct kind kind_ipam_resource_discovery_association; /**< (discovery, ipam) */
extern const struct kind kind_ipam_external_resource_verification_token;
extern const struct kind kind_ipam_byoasn; /**< key "account/region/asn" */
extern const struct kind kind_byoip_cidr;  /**< key "account/region/cidr" (cidr) */
extern const struct kind kind_public_ipv4_pool;
extern const struct kind kind_ipv6_pool;
extern const struct kind kind_vpc_encryption_control;		/**< (vpc) */
extern const struct kind kind_ipam_prefix_list_resolver;	/**< (ipam) */
extern const struct kind kind_ipam_prefix_list_resolver_target; /**< (resolver, prefix-list) */
extern const struct kind kind_ipam_policy;			/**< (ipam) */
extern const struct kind kind_vpn_connection;	       /**< (vpn-gateway, customer-gateway) */
extern const struct kind kind_vpc_endpoint;	       /**< (vpc, route-table) */
extern const struct kind kind_subnet_cidr_reservation; /**< (subnet) */

/** @name Finding */
/** The document with that id if the call's account and region have it, else NULL. */
const struct doc *ec2_find(const struct call *call, const struct kind *kind, const char *id);
/** Whether the document only keeps a memory of what is gone: a deleted NAT gateway, VPC endpoint,
 * VPN or customer gateway, a terminated instance. AWS shows those for about an hour. */
bool ec2_is_gone(const struct doc *doc);

/** @name Zones and regions */
/** Id of a zone ("euw1-az3" for "eu-west-1a"), in the arena of the call; NULL when the call's
 * region has no such zone. */
const char *ec2_zone_id(const struct call *call, const char *zone_name);

/** @name VPCs and subnets */
/** Whether an internet gateway is attached. */
bool ec2_vpc_has_internet_gateway(const struct world *world, const char *vpc_id);
/** Whether the address lies in one of the VPC's associated IPv4 or IPv6 blocks. */
bool ec2_vpc_contains(const struct doc *vpc, const struct ip *ip);
/** The VPC's default security group; never NULL for a VPC that exists. */
const struct doc *ec2_vpc_default_group(const struct world *world, const char *vpc_id);
/** The subnet's associated IPv6 block; false when it has none (yet). */
bool ec2_subnet_ipv6(const struct doc *subnet, struct cidr *ret);
/** The subnet's IPv4 block; false for an IPv6-only subnet. */
bool ec2_subnet_ipv4(const struct doc *subnet, struct cidr *ret);
/** How many IPv4 addresses are free, as AvailableIpAddressCount says; 0 in an IPv6-only subnet. */
unsigned ec2_subnet_free_addresses(const struct world *world, const struct doc *subnet);
/** The route table that holds for a subnet: its own, else the VPC's main one. */
const struct doc *ec2_subnet_route_table(const struct world *world, const struct doc *subnet);
/** The network ACL that holds for a subnet. */
const struct doc *ec2_subnet_network_acl(const struct world *world, const char *subnet_id);

/** @name Network interfaces that AWS makes for others: load balancers, NAT gateways */
struct ec2_interface_spec {
	const struct doc *subnet;
	const char *description;    /**< "ELB net/name/0123456789abcdef" */
	const char *requester_id;   /**< "amazon-elb" */
	const char *interface_type; /**< "interface", "network_load_balancer", "nat_gateway" */
	const char *private_ip;	    /**< wanted IPv4 address; NULL: the next free one */
	const char *ipv6;	    /**< wanted IPv6 address; NULL: see with_ipv6 */
	bool with_ipv6;		    /**< gets an IPv6 address out of the subnet's block */
	bool public_ip;		    /**< gets a public IPv4 address that AWS owns */
	const char *allocation_id;  /**< elastic IP to associate; NULL: none */
	const struct json *groups;  /**< array of security group ids; NULL: none */
	const char *implied_by;	    /**< key of the document that it is made for */
};

/**
 * Makes a requester-managed, attached network interface. The call's fixed id is not used up.
 *
 * @param spec  borrowed
 * @param ret   the new document, valid to the end of the call; set on success only
 * @param err   InsufficientFreeAddressesInSubnet, InvalidIPAddress.InUse,
 *              InvalidAllocationID.NotFound, Resource.AlreadyAssociated, InvalidGroup.NotFound,
 *              InvalidParameterValue (address outside the subnet)
 * Source: EC2 API, DescribeNetworkInterfaces; ELB guides "one network interface per subnet"
 */
must_check bool ec2_interface_add(struct call *call, const struct ec2_interface_spec *spec,
				  const struct doc **ret, struct err *err);
/** Replaces the interface's security groups; false with InvalidGroup.NotFound when one is not in
 * its VPC. */
must_check bool ec2_interface_set_groups(struct call *call, const char *interface_id,
					 const struct json *groups, struct err *err);
/**
 * Gives the interface an IPv6 address (wanted may be NULL: any free one), or takes them away when
 * on is false. Fails as ec2_interface_add does.
 */
must_check bool ec2_interface_set_ipv6(struct call *call, const char *interface_id, bool on,
				       const char *wanted, struct err *err);
/** The load balancer is gone: its interface lives on for LIFECYCLE_LINGERING_INTERFACE, holding
 * subnet, groups and VPC, then goes with its public addresses. */
void ec2_interface_release(struct call *call, const char *interface_id);
/** Removes an interface at once: detached from its elastic IPs, without a trace. */
void ec2_interface_remove(struct call *call, const char *interface_id);
/** The interface with that private IPv4 or IPv6 address in the VPC, or NULL. */
const struct doc *ec2_interface_by_ip(const struct world *world, const char *vpc_id,
				      const char *address);
/** An instance's interface with device index 0, or NULL. */
const struct doc *ec2_instance_interface(const struct world *world, const char *instance_id);

/** @name Security groups */
/** Whether every id of the array is a security group of that VPC; InvalidGroup.NotFound names the
 * first that is none. NULL groups are fine. */
must_check bool ec2_check_groups(const struct call *call, const char *vpc_id,
				 const struct json *groups, struct err *err);

/** @name Tags */
/** Row per taggable kind: the name of its resource type ("natgateway"). NULL when not taggable. */
const char *ec2_resource_type(const struct kind *kind);
