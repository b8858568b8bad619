using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class DataUriTests
{
    [Theory]
    [InlineData("azureml://datastores/mine/paths/a/b.csv", "acc.box/a/b.csv")]
    [InlineData("azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/mine/paths/a/b.csv", "acc.box/a/b.csv")]
    [InlineData("azureml://datastores/mine/paths/with%20space/x", "acc.box/with space/x")]
    [InlineData("azureml://datastores/mine", "acc.box/")]
    [InlineData("https://acc.blob.core.windows.net/box/a/b.csv?sv=2020&sig=x", "acc.box/a/b.csv")]
    [InlineData("http://127.0.0.1:4577/acc/box/a/b.csv", "acc.box/a/b.csv")]
    [InlineData("wasbs://box@acc.blob.core.windows.net/a/b.csv", "acc.box/a/b.csv")]
    [InlineData("abfss://box@acc.dfs.core.windows.net/a", "acc.box/a")]
    [InlineData("azureml:things:1", "acc.box/things")]
    [InlineData(AzureEmulator.Workspace + "/data/things/versions/1", "acc.box/things")]
    [InlineData("azureml:" + AzureEmulator.Workspace + "/data/things/versions/1", "acc.box/things")]
    public async Task Resolve_OfEachForm_FindsThePlace(string uri, string expected)
    {
        await using var azure = await ReadyAsync();
        var at = await ResolveAsync(azure, uri);
        Assert.Equal(expected, $"{at.Bucket.Name}/{at.Key}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("data.csv")]
    [InlineData("ftp://host/file")]
    [InlineData("https://example.com/data.csv")]
    [InlineData("azureml://datastores/other/paths/x")]
    [InlineData("azureml://jobs/none/outputs/x/paths/y")]
    [InlineData("azureml:things:7")]
    public async Task Resolve_OfWhatIsNone_IsRefused(string uri)
    {
        await using var azure = await ReadyAsync();
        Assert.Equal(400, (await Assert.ThrowsAsync<ArmFault>(() => ResolveAsync(azure, uri))).Status);
    }

    private static async Task<AzureEmulator> ReadyAsync()
    {
        var azure = await AzureEmulator.StartAsync();
        await azure.SendAsync("PUT", AzureEmulator.Workspace + "/datastores/mine", """{"properties":{"datastoreType":"AzureBlob","accountName":"acc","containerName":"box","credentials":{"credentialsType":"None"}}}""");
        await azure.SendAsync("PUT", AzureEmulator.Workspace + "/data/things/versions/1", """{"properties":{"dataType":"uri_folder","dataUri":"azureml://datastores/mine/paths/things"}}""");
        return azure;
    }

    private static async Task<Engine.Training.ObjectLocation> ResolveAsync(AzureEmulator azure, string uri)
    {
        var workspace = await azure.Get<WorkspaceStore>().GetAsync(ArmId.Parse(AzureEmulator.Workspace), TestContext.Current.CancellationToken);
        return await azure.Get<DataUris>().ResolveAsync(workspace, uri, "uri", TestContext.Current.CancellationToken);
    }
}
