interface Alias {
  readonly type: RegExp;
  /** One name for all of them. */
  readonly as: string;
  readonly source: string;
}

const AWS = 'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r';
const AZURE = 'https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides';

/** Types of one provider by which one object can be in a state twice, as their documentation says. */
export const ALIASES: readonly Alias[] = [
  { type: /^aws_alb(?=_|$)/, as: 'aws_lb', source: `${AWS}/lb.html.markdown` },
  {
    type: /^aws_s3_bucket_object$/,
    as: 'aws_s3_object',
    source: `${AWS}/s3_bucket_object.html.markdown`,
  },
  {
    type: /^aws_default_(?=(vpc|subnet|security_group|network_acl|route_table|vpc_dhcp_options)$)/,
    as: 'aws_',
    source: `${AWS}/default_vpc.html.markdown`,
  },
  {
    type: /^azurerm_(linux|windows)_(?=virtual_machine(_scale_set)?$)/,
    as: 'azurerm_',
    source: `${AZURE}/2.0-upgrade-guide`,
  },
  {
    type: /^azurerm_(app_service|(linux|windows)_web_app)$/,
    as: 'azurerm_web_app',
    source: `${AZURE}/3.0-upgrade-guide`,
  },
  {
    type: /^azurerm_(linux|windows)_(?=function_app$)/,
    as: 'azurerm_',
    source: `${AZURE}/3.0-upgrade-guide`,
  },
  {
    type: /^azurerm_sql_(?=server$|database$)/,
    as: 'azurerm_mssql_',
    source: `${AZURE}/3.0-upgrade-guide`,
  },
  {
    type: /(?<=^kubernetes_\w+)_v\d+((alpha|beta)\d+)?$/,
    as: '',
    source:
      'https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/guides/versioned-resources',
  },
];

/** The one name of a type that has several. */
export function oneTypeOf(type: string): string {
  return ALIASES.reduce((name, each) => name.replace(each.type, each.as), type);
}
