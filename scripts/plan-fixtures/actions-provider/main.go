// A provider that has nothing but an action, since neither Terraform's own provider nor that of
// Kubernetes has any: `npm run fixtures:plans` builds it to have plans with actions.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

type example struct{}

func (example) Metadata(_ context.Context, _ provider.MetadataRequest, answer *provider.MetadataResponse) {
	answer.TypeName = "example"
}

func (example) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (example) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (example) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (example) Resources(context.Context) []func() resource.Resource { return nil }

func (example) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return purge{} }}
}

type purge struct{}

func (purge) Metadata(_ context.Context, _ action.MetadataRequest, answer *action.MetadataResponse) {
	answer.TypeName = "example_purge"
}

func (purge) Schema(_ context.Context, _ action.SchemaRequest, answer *action.SchemaResponse) {
	answer.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{"what": schema.StringAttribute{Optional: true}},
	}
}

func (purge) Invoke(context.Context, action.InvokeRequest, *action.InvokeResponse) {}

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/example/example"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return example{} }, options)
	if err != nil {
		log.Fatal(err)
	}
}
