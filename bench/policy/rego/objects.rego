# What the rules look at, gathered once: resources by their kind, pod templates and containers.
package main

import rego.v1

resources := [{"address": change.address, "type": change.type, "values": change.change.after} |
	some change in input.resource_changes
	change.mode == "managed"
	change.change.after != null
]

of_kinds(names) := [resource |
	some resource in resources
	resource.type in {sprintf("kubernetes_%s%s", [name, suffix]) | some name in names; some suffix in ["", "_v1"]}
]

bindings := of_kinds({"role_binding", "cluster_role_binding"})

roles := of_kinds({"role", "cluster_role"})

cluster_roles := of_kinds({"cluster_role"})

secrets := of_kinds({"secret"})

config_maps := of_kinds({"config_map"})

services := of_kinds({"service"})

accounts := of_kinds({"service_account"})

namespaces := of_kinds({"namespace"})

jobs := of_kinds({"job"})

cron_jobs := of_kinds({"cron_job"})

# Whatever runs pods from a template directly under its spec.
templated := of_kinds({"job", "deployment", "stateful_set", "daemonset", "replication_controller"})

pods := array.concat(
	array.concat(
		[{"address": resource.address, "spec": object.get(template, ["spec", 0], {})} |
			some resource in templated
			some spec in resource.values.spec
			some template in spec.template
		],
		[{"address": resource.address, "spec": object.get(template, ["spec", 0], {})} |
			some resource in cron_jobs
			some spec in resource.values.spec
			some job in spec.job_template
			some job_spec in job.spec
			some template in job_spec.template
		],
	),
	[{"address": resource.address, "spec": spec} |
		some resource in of_kinds({"pod"})
		some spec in resource.values.spec
	],
)

containers := [{"address": pod.address, "values": values} |
	some pod in pods
	some key in ["container", "init_container"]
	some values in object.get(pod.spec, key, [])
]

fault(policy, object) := {"msg": sprintf("%s: %s", [policy, object.address]), "policy": policy}

# A single block, which a plan has as a list.
block(values, key) := object.get(values, [key, 0], {})

is_set(value) if not value in {null, ""}

