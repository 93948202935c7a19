interface Alias {
  readonly type: RegExp;
  /** One name for all of them. */
  readonly as: string;
  readonly source: string;
}

const AWS = 'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r';
const AZURE = 'https://github.com/hashicorp/terraform-provider-azurerm/blob/main/website/docs';
const AZURE_3 =
  'https://github.com/hashicorp/terraform-provider-azurerm/blob/v3.117.0/website/docs';
const KUBERNETES = 'https://github.com/hashicorp/terraform-provider-kubernetes/blob/main/docs';

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
    source: `${AZURE}/guides/2.0-upgrade-guide.html.markdown`,
  },
  {
    type: /^azurerm_(app_service|(linux|windows)_web_app)(?=(_slot)?$)/,
    as: 'azurerm_web_app',
    source: `${AZURE}/guides/3.0-upgrade-guide.html.markdown`,
  },
  {
    type: /^azurerm_(linux|windows)_(?=function_app(_slot)?$)/,
    as: 'azurerm_',
    source: `${AZURE}/guides/3.0-upgrade-guide.html.markdown`,
  },
  {
    type: /^azurerm_app_service_plan$/,
    as: 'azurerm_service_plan',
    source: `${AZURE}/guides/3.0-upgrade-guide.html.markdown`,
  },
  {
    type: /^azurerm_sql_(?=server$|database$)/,
    as: 'azurerm_mssql_',
    source: `${AZURE_3}/r/sql_server.html.markdown`,
  },
  {
    type: /(?<=^kubernetes_\w+)_v\d+((alpha|beta)\d+)?$/,
    as: '',
    source: `${KUBERNETES}/guides/versioned-resources.md`,
  },
];

/** The one name of a type that has several. */
export function oneTypeOf(type: string): string {
  return ALIASES.reduce((name, each) => name.replace(each.type, each.as), type);
}
