//! Which labels service discoveries may give their targets (Prometheus 3.16, "Configuration").

use super::{Discovery, KINDS};

/// What a label of Kubernetes discovery begins with, after `__meta_kubernetes_`, and the roles whose targets have it.
/// What `attach_metadata` adds is none of these.
const KUBERNETES: [(&str, &[&str]); 8] = [
    ("namespace", &["service", "pod", "endpoints", "endpointslice", "ingress"]),
    ("node_", &["node"]),
    ("service_", &["service", "endpoints", "endpointslice"]),
    ("pod_", &["pod", "endpoints", "endpointslice"]),
    ("endpoint_", &["endpoints"]),
    ("endpoints_", &["endpoints"]),
    ("endpointslice_", &["endpointslice"]),
    ("ingress_", &["ingress"]),
];

impl Discovery {
    /// Whether targets of it may have a label whose name begins so. Labels that do not begin with `__meta_` come from
    /// elsewhere; what a file or an HTTP server lists may carry any.
    pub fn may_give(&self, beginning: &str) -> bool {
        let Some(rest) = beginning.strip_prefix("__meta_") else { return true };
        let Some((provider, rest)) = rest.split_once('_') else { return true };
        let is_known = KINDS.iter().copied().flatten().any(|(_, name, _)| *name == provider);
        match self.kind.value {
            _ if !is_known => true,
            "file" | "http" | "aws" => true,
            "kubernetes" if provider == "kubernetes" => self.role_may_give(rest),
            own => own == provider,
        }
    }

    /// Whether targets of a role of Kubernetes may have a label that begins so after `__meta_kubernetes_`.
    fn role_may_give(&self, rest: &str) -> bool {
        let role = self.settings.text("role").map(|role| role.text().to_lowercase());
        let Some(role) = role.filter(|_| !self.settings.is_set("attach_metadata")) else { return true };
        let known = KUBERNETES.iter().find(|(beginning, _)| rest.starts_with(beginning));
        known.is_none_or(|(_, roles)| roles.contains(&role.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{prometheus::lower, specimen::read};

    #[test]
    fn labels_belong_to_discoveries_and_roles() {
        for (discovery, label, expected) in [
            ("kubernetes_sd_configs: [{role: pod}]", "__meta_kubernetes_pod_label_app", true),
            ("kubernetes_sd_configs: [{role: pod}]", "__meta_kubernetes_namespace", true),
            ("kubernetes_sd_configs: [{role: pod}]", "__meta_kubernetes_service_name", false),
            ("kubernetes_sd_configs: [{role: pod}]", "__meta_kubernetes_node_label_zone", false),
            (
                "kubernetes_sd_configs: [{role: pod, attach_metadata: {node: true}}]",
                "__meta_kubernetes_node_label_zone",
                true,
            ),
            ("kubernetes_sd_configs: [{role: endpoints}]", "__meta_kubernetes_endpoint_port_name", true),
            ("kubernetes_sd_configs: [{role: endpointslice}]", "__meta_kubernetes_endpoints_name", false),
            ("kubernetes_sd_configs: [{role: node}]", "__meta_kubernetes_namespace", false),
            ("kubernetes_sd_configs: [{role: node}]", "__meta_ec2_tag_Name", false),
            ("kubernetes_sd_configs: [{role: node}]", "__address__", true),
            ("kubernetes_sd_configs: [{role: node}]", "__meta_of_a_newer_kind", true),
            ("consul_sd_configs: [{server: c}]", "__meta_consul_tags", true),
            ("consul_sd_configs: [{server: c}]", "__meta_dns_name", false),
            ("docker_sd_configs: [{host: h}]", "__meta_dockerswarm_node_id", false),
            ("file_sd_configs: [{files: [a.yml]}]", "__meta_ec2_tag_Name", true),
        ] {
            let (config, _) = read(&format!("scrape_configs: [{{job_name: j, {discovery}}}]"), lower);
            assert_eq!(config.scrape_configs[0].discoveries[0].may_give(label), expected, "{discovery} {label}");
        }
    }
}
