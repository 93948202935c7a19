package main

import rego.v1

limits(container) := object.get(block(container.values, "resources"), "limits", {})

requests(container) := object.get(block(container.values, "resources"), "requests", {})

deny contains fault("container-cpu-is-bounded", container) if {
	some container in containers
	units.parse(limits(container).cpu) > 12
}

deny contains fault("container-has-cpu-limit", container) if {
	some container in containers
	not limits(container).cpu
}

deny contains fault("container-has-memory-limit", container) if {
	some container in containers
	not limits(container).memory
}

deny contains fault("container-has-requests", container) if {
	some container in containers
	some name in ["cpu", "memory"]
	not requests(container)[name]
}

deny contains fault("container-has-storage-limit", container) if {
	some container in containers
	not limits(container)["ephemeral-storage"]
}

deny contains fault("container-memory-is-bounded", container) if {
	some container in containers
	units.parse_bytes(limits(container).memory) > 48000000000
}

deny contains fault("deployment-has-replicas", resource) if {
	some resource in of_kinds({"deployment", "stateful_set"})
	to_number(object.get(block(resource.values, "spec"), "replicas", "1")) < 2
}

deny contains fault("finished-job-is-removed", job) if {
	some job in jobs
	not is_set(block(job.values, "spec").ttl_seconds_after_finished)
}

deny contains fault("has-owner", resource) if {
	some resource in resources
	startswith(resource.type, "kubernetes_")
	not block(resource.values, "metadata").labels["reprieve.dev/project"]
}

job_specs := array.concat(
	[{"address": job.address, "values": block(job.values, "spec")} | some job in jobs],
	[{"address": job.address, "values": block(block(block(job.values, "spec"), "job_template"), "spec")} |
		some job in cron_jobs
	],
)

deny contains fault("job-ends", job) if {
	some job in job_specs
	not is_set(job.values.active_deadline_seconds)
}

deny contains fault("job-retries-are-bounded", job) if {
	some job in job_specs
	job.values.backoff_limit > 100
}

deny contains fault("names-no-node", pod) if {
	some pod in pods
	is_set(pod.spec.node_name)
}

deny contains fault("not-in-default-namespace", resource) if {
	some resource in of_kinds({
		"pod", "deployment", "stateful_set", "daemonset", "job", "cron_job", "secret",
		"config_map", "service", "service_account", "role", "role_binding",
	})
	object.get(block(resource.values, "metadata"), "namespace", "default") == "default"
}

deny contains fault("scheduled-job-does-not-overlap", job) if {
	some job in cron_jobs
	spec := block(job.values, "spec")
	spec.suspend == false
	not spec.concurrency_policy in {"Forbid", "Replace"}
}
