//! Discovery by the interfaces of cloud providers.

use crate::model::settings::{
    HTTP_CLIENT, Schema,
    Shape::{Duration, Integer, List, Path, Secret, Text, Texts},
};

use super::{Entry, network::FILTER};

pub(super) static KINDS: [Entry; 18] = [
    ("aws_sd_configs", "aws", &AWS),
    ("ec2_sd_configs", "ec2", &EC2),
    ("lightsail_sd_configs", "lightsail", &LIGHTSAIL),
    ("ecs_sd_configs", "ecs", &AWS_CLUSTERS),
    ("msk_sd_configs", "msk", &AWS_CLUSTERS),
    ("elasticache_sd_configs", "elasticache", &AWS_CLUSTERS),
    ("rds_sd_configs", "rds", &RDS),
    ("azure_sd_configs", "azure", &AZURE),
    ("gce_sd_configs", "gce", &GCE),
    ("digitalocean_sd_configs", "digitalocean", &DIGITALOCEAN),
    ("hetzner_sd_configs", "hetzner", &HETZNER),
    ("linode_sd_configs", "linode", &LINODE),
    ("oci_sd_configs", "oci", &OCI),
    ("outscale_sd_configs", "outscale", &OUTSCALE),
    ("ovhcloud_sd_configs", "ovhcloud", &OVHCLOUD),
    ("scaleway_sd_configs", "scaleway", &SCALEWAY),
    ("stackit_sd_configs", "stackit", &STACKIT),
    ("vultr_sd_configs", "vultr", &VULTR),
];

/// How often to ask, and which port the targets listen on.
static POLLED: Schema =
    Schema { what: "discovery", keys: &[("refresh_interval", Duration), ("port", Integer)], also: &[] };

static AMAZON: Schema = Schema {
    what: "AWS discovery",
    keys: &[
        ("region", Text),
        ("endpoint", Text),
        ("access_key", Text),
        ("secret_key", Secret),
        ("profile", Text),
        ("role_arn", Text),
        ("external_id", Text),
    ],
    also: &[&POLLED, &HTTP_CLIENT],
};

static AWS: Schema = Schema {
    what: "AWS discovery",
    keys: &[("role", Text), ("filters", List(&FILTER)), ("clusters", Texts)],
    also: &[&AMAZON],
};

static EC2: Schema = Schema { what: "EC2 discovery", keys: &[("filters", List(&FILTER))], also: &[&AMAZON] };

static LIGHTSAIL: Schema = Schema { what: "Lightsail discovery", keys: &[], also: &[&AMAZON] };

static AWS_CLUSTERS: Schema = Schema {
    what: "discovery of AWS clusters",
    keys: &[("clusters", Texts), ("request_concurrency", Integer)],
    also: &[&AMAZON],
};

static RDS: Schema = Schema { what: "RDS discovery", keys: &[("filters", List(&FILTER))], also: &[&AWS_CLUSTERS] };

static AZURE: Schema = Schema {
    what: "Azure discovery",
    keys: &[
        ("environment", Text),
        ("authentication_method", Text),
        ("subscription_id", Text),
        ("tenant_id", Text),
        ("client_id", Text),
        ("client_secret", Secret),
        ("resource_group", Text),
    ],
    also: &[&POLLED, &HTTP_CLIENT],
};

static GCE: Schema = Schema {
    what: "GCE discovery",
    keys: &[("project", Text), ("zone", Text), ("filter", Text), ("tag_separator", Text)],
    also: &[&POLLED],
};

static DIGITALOCEAN: Schema =
    Schema { what: "DigitalOcean discovery", keys: &[("role", Text)], also: &[&POLLED, &HTTP_CLIENT] };

static HETZNER: Schema = Schema {
    what: "Hetzner discovery",
    keys: &[("role", Text), ("label_selector", Text)],
    also: &[&POLLED, &HTTP_CLIENT],
};

static LINODE: Schema = Schema {
    what: "Linode discovery",
    keys: &[("region", Text), ("tag_separator", Text)],
    also: &[&POLLED, &HTTP_CLIENT],
};

static OCI: Schema = Schema {
    what: "OCI discovery",
    keys: &[
        ("auth", Text),
        ("tenancy", Text),
        ("user", Text),
        ("fingerprint", Text),
        ("key_file", Path),
        ("key_passphrase", Secret),
        ("key_passphrase_file", Path),
        ("region", Text),
        ("compartments", Texts),
    ],
    also: &[&POLLED, &HTTP_CLIENT],
};

static OUTSCALE: Schema = Schema {
    what: "Outscale discovery",
    keys: &[
        ("endpoint", Text),
        ("region", Text),
        ("access_key", Text),
        ("secret_key", Secret),
        ("secret_key_file", Path),
    ],
    also: &[&POLLED, &HTTP_CLIENT],
};

static OVHCLOUD: Schema = Schema {
    what: "OVHcloud discovery",
    keys: &[
        ("endpoint", Text),
        ("application_key", Text),
        ("application_secret", Secret),
        ("consumer_key", Secret),
        ("refresh_interval", Duration),
        ("service", Text),
    ],
    also: &[],
};

static SCALEWAY: Schema = Schema {
    what: "Scaleway discovery",
    keys: &[
        ("role", Text),
        ("project_id", Text),
        ("api_url", Text),
        ("zone", Text),
        ("access_key", Text),
        ("secret_key", Secret),
        ("secret_key_file", Path),
        ("name_filter", Text),
        ("tags_filter", Texts),
    ],
    also: &[&POLLED, &HTTP_CLIENT],
};

static STACKIT: Schema = Schema {
    what: "STACKIT discovery",
    keys: &[
        ("project", Text),
        ("region", Text),
        ("endpoint", Text),
        ("service_account_key", Secret),
        ("private_key", Secret),
        ("service_account_key_path", Path),
        ("private_key_path", Path),
        ("credentials_file_path", Path),
    ],
    also: &[&POLLED, &HTTP_CLIENT],
};

static VULTR: Schema = Schema { what: "Vultr discovery", keys: &[], also: &[&POLLED, &HTTP_CLIENT] };
