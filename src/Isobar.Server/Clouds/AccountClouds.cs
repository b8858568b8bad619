using Isobar.Aws.Client;
using Isobar.Azure.Client;
using Isobar.Google.Client;

namespace Isobar.Server.Clouds;

/// <summary>The clouds of <c>clouds.json</c>.</summary>
internal static class AccountClouds
{
    public static CloudClient Of(CloudAccount account) => account.Kind switch
    {
        "aws" => Aws(account),
        "gcp" => Google(account),
        "azure" => Azure(account),
        _ => throw new IOException($"clouds.json: an account of {account.Kind} cannot be used by this build yet."),
    };

    private static CloudClient Aws(CloudAccount account)
    {
        var basis = new AwsClientOptions();
        var options = basis with
        {
            Endpoint = account.Endpoint,
            Region = account.Region ?? basis.Region,
            RoleArn = account.RoleArn ?? basis.RoleArn,
            ImageFormat = account.ImageFormat ?? basis.ImageFormat,
            InstanceType = account.Machine ?? basis.InstanceType,
            AccessKeyId = Variable(account.AccessKeyIdFrom),
            SecretAccessKey = Variable(account.SecretAccessKeyFrom),
        };
        return new(account.Name, account.Kind, options.Region, options.Endpoint, Emulated: options.Endpoint is not null, s => s.AddAwsCloud(options));
    }

    private static CloudClient Google(CloudAccount account)
    {
        var basis = new GoogleClientOptions { Project = account.Project! };
        var options = basis with
        {
            Endpoint = account.Endpoint,
            Location = account.Region ?? basis.Location,
            KeyFile = account.KeyFile,
            ImageFormat = account.ImageFormat ?? basis.ImageFormat,
            MachineType = account.Machine ?? basis.MachineType,
            BillingTable = account.BillingTable,
        };
        return new(account.Name, account.Kind, options.Location, options.Endpoint, Emulated: options.Endpoint is not null, s => s.AddGoogleCloud(options));
    }

    private static CloudClient Azure(CloudAccount account)
    {
        var basis = new AzureClientOptions { Subscription = account.Subscription!, ResourceGroup = account.ResourceGroup!, Workspace = account.Workspace! };
        var options = basis with
        {
            Endpoint = account.Endpoint,
            Location = account.Region ?? basis.Location,
            Tenant = account.Tenant,
            ClientId = account.ClientId,
            ClientSecret = Variable(account.ClientSecretFrom),
            Environment = account.ImageFormat ?? basis.Environment,
            InstanceType = account.Machine ?? basis.InstanceType,
        };
        return new(account.Name, account.Kind, options.Location, options.Endpoint, Emulated: options.Endpoint is not null, s => s.AddAzureCloud(options));
    }

    private static string? Variable(string? name) =>
        name is null ? null : Environment.GetEnvironmentVariable(name) ?? throw new IOException($"clouds.json names the variable {name}, which is not set.");
}
