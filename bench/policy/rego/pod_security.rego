package main

import rego.v1

security(values) := block(values, "security_context")

deny contains fault("capabilities-dropped", container) if {
	some container in containers
	not drops_all(block(security(container.values), "capabilities"))
}

drops_all(capabilities) if {
	"ALL" in capabilities.drop
	every added in object.get(capabilities, "add", []) {
		added == "NET_BIND_SERVICE"
	}
}

deny contains fault("container-is-not-root", container) if {
	some container in containers
	security(container.values).run_as_user == "0"
}

deny contains fault("container-is-not-root", container) if {
	some container in containers
	security(container.values).run_as_non_root == false
}

deny contains fault("namespace-enforces-standard", namespace) if {
	some namespace in namespaces
	labels := object.get(block(namespace.values, "metadata"), "labels", {})
	not object.get(labels, "pod-security.kubernetes.io/enforce", "") in {"baseline", "restricted"}
}

deny contains fault("no-host-namespaces", pod) if {
	some pod in pods
	some key in ["host_network", "host_pid", "host_ipc"]
	pod.spec[key] == true
}

deny contains fault("no-host-path", pod) if {
	some pod in pods
	some volume in pod.spec.volume
	count(object.get(volume, "host_path", [])) > 0
}

deny contains fault("no-host-port", container) if {
	some container in containers
	some port in container.values.port
	port.host_port > 0
}

deny contains fault("no-privilege-escalation", container) if {
	some container in containers
	object.get(security(container.values), "allow_privilege_escalation", true) != false
}

deny contains fault("no-shared-processes", pod) if {
	some pod in pods
	pod.spec.share_process_namespace == true
}

deny contains fault("no-unconfined-container", container) if {
	some container in containers
	block(security(container.values), "seccomp_profile").type == "Unconfined"
}

deny contains fault("not-privileged", container) if {
	some container in containers
	security(container.values).privileged == true
}

deny contains fault("proc-is-masked", container) if {
	some container in containers
	object.get(security(container.values), "proc_mount", "Default") != "Default"
}

deny contains fault("read-only-root", container) if {
	some container in containers
	object.get(security(container.values), "read_only_root_filesystem", false) != true
}

deny contains fault("runs-as-non-root", pod) if {
	some pod in pods
	not runs_as_non_root(security(pod.spec))
	not every_container_non_root(pod)
}

runs_as_non_root(context) if context.run_as_non_root == true

runs_as_non_root(context) if {
	is_set(context.run_as_user)
	context.run_as_user != "0"
}

every_container_non_root(pod) if {
	every container in pod.spec.container {
		runs_as_non_root(security(container))
	}
}

deny contains fault("safe-sysctls", pod) if {
	some pod in pods
	some sysctl in security(pod.spec).sysctl
	not sysctl.name in {
		"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
		"net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
		"net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
		"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
		"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
	}
}

deny contains fault("seccomp-profile", pod) if {
	some pod in pods
	profile := block(security(pod.spec), "seccomp_profile")
	not object.get(profile, "type", "") in {"RuntimeDefault", "Localhost"}
}

deny contains fault("selinux-type", pod) if {
	some pod in pods
	options := block(security(pod.spec), "se_linux_options")
	is_own_selinux(options)
}

is_own_selinux(options) if is_set(options.user)

is_own_selinux(options) if is_set(options.role)

is_own_selinux(options) if {
	is_set(options.type)
	not options.type in {"container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
}
