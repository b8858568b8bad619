using System.Net;
using System.Text.Json.Nodes;

namespace Isobar.Azure.Tests.Arm;

public sealed class ArmProtocolTests
{
    [Theory]
    [InlineData("/subscriptions?other=1&api-version=", "MissingApiVersionParameter")]
    [InlineData("/subscriptions?api-version=tomorrow", "InvalidApiVersionParameter")]
    [InlineData("/subscriptions?api-version=2022-13-01", "InvalidApiVersionParameter")]
    [InlineData("/subscriptions?api-version=2022-10-01preview", "InvalidApiVersionParameter")]
    [InlineData("/subscriptions?api-version=2009-01-01", "InvalidApiVersionParameter")]
    public async Task ApiVersion_ThatIsNone_IsRefused(string path, string code)
    {
        await using var azure = await AzureEmulator.StartAsync(withWorkspace: false);
        var answer = await azure.SendAsync("GET", path);
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("2016-06-01")]
    [InlineData("2022-10-01")]
    [InlineData("2023-04-01-preview")]
    [InlineData("2040-01-01")]
    public async Task ApiVersion_OldOrOfTheFuture_IsTaken(string version)
    {
        await using var azure = await AzureEmulator.StartAsync(withWorkspace: false);
        Assert.Equal(HttpStatusCode.OK, (await azure.SendAsync("GET", $"/subscriptions?api-version={version}")).Status);
    }

    [Fact]
    public async Task Paths_InAnyCase_NameOneResource()
    {
        await using var azure = await AzureEmulator.StartAsync();
        var read = await azure.SendAsync("GET", AzureEmulator.Workspace.ToUpperInvariant().Replace("/SUBSCRIPTIONS", "/subscriptions", StringComparison.Ordinal));
        Assert.Equal(AzureEmulator.Workspace, (string?)read.Body!["id"]);
    }

    [Fact]
    public async Task Conditions_ThatDoNotHold_AreRefusedWith412()
    {
        await using var azure = await AzureEmulator.StartAsync();
        var tag = (await azure.SendAsync("GET", AzureEmulator.Workspace)).Message.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await azure.SendAsync("PATCH", AzureEmulator.Workspace, """{"tags":{"a":"b"}}""", ("If-Match", "\"other\""))).Status);
        Assert.Equal(HttpStatusCode.OK, (await azure.SendAsync("PATCH", AzureEmulator.Workspace, """{"tags":{"a":"b"}}""", ("If-Match", tag))).Status);
        // The change has given it another.
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await azure.SendAsync("DELETE", AzureEmulator.Workspace, null, ("If-Match", tag))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await azure.SendAsync("PUT", AzureEmulator.Workspace, """{"location":"eastus"}""", ("If-None-Match", "*"))).Status);
    }

    [Fact]
    public async Task Create_OfAWorkspace_IsAnOperationWithTwoAddresses()
    {
        await using var azure = await AzureEmulator.StartAsync();
        var put = await azure.SendAsync("PUT", AzureEmulator.Workspace, """{"location":"eastus","properties":{"description":"again"}}""");
        var status = await azure.AskAsync("GET", put.Message.Headers.GetValues("Azure-AsyncOperation").Single());
        Assert.Equal("Succeeded", (string?)status.Body!["status"]);
        var result = await azure.AskAsync("GET", put.Message.Headers.Location!.ToString());
        Assert.Equal(AzureEmulator.Workspace, (string?)result.Body!["id"]);
        var other = put.Message.Headers.Location.ToString().Replace("12345678-", "99999999-", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await azure.AskAsync("GET", other)).Status);
    }

    [Fact]
    public async Task Listing_InPages_FollowsNextLinkToTheEnd()
    {
        await using var azure = await AzureEmulator.StartAsync();
        var names = Enumerable.Range(0, 5).Select(i => $"group-{i}").ToList();
        foreach (var name in names) await azure.SendAsync("PUT", $"{AzureEmulator.Subscription}/resourcegroups/{name}", """{"location":"eastus"}""");
        var found = new List<string>();
        for (var url = $"{azure.Url}{AzureEmulator.Subscription}/resourceGroups?$top=2&api-version=2021-04-01"; url is not null;)
        {
            var page = (await azure.AskAsync("GET", url)).Body!;
            found.AddRange(page["value"]!.AsArray().Select(g => (string)g!["name"]!));
            url = (string?)page["nextLink"];
        }
        Assert.Equal(["group", .. names], found);
        Assert.Equal("ValidationError", (await azure.SendAsync("GET", AzureEmulator.Subscription + "/resourceGroups?$skip=!!!")).Code);
        Assert.Equal("ValidationError", (await azure.SendAsync("GET", AzureEmulator.Subscription + "/resourceGroups?$top=0")).Code);
    }

    [Fact]
    public async Task Delete_OfAGroup_TakesAllThatLiesInIt()
    {
        await using var azure = await AzureEmulator.StartAsync();
        await azure.SendAsync("PUT", AzureEmulator.Workspace + "/datastores/mine", """{"properties":{"datastoreType":"AzureBlob","accountName":"acc","containerName":"c","credentials":{"credentialsType":"None"}}}""");
        var deleted = await azure.SendAsync("DELETE", AzureEmulator.Group);
        Assert.Equal(HttpStatusCode.Accepted, deleted.Status);
        Assert.Equal("Succeeded", (string?)(await azure.AskAsync("GET", deleted.Message.Headers.GetValues("Azure-AsyncOperation").Single())).Body!["status"]);
        Assert.Equal("ResourceGroupNotFound", (await azure.SendAsync("GET", AzureEmulator.Workspace)).Code);
        await azure.SendAsync("PUT", AzureEmulator.Group, """{"location":"eastus"}""");
        Assert.Equal("ResourceNotFound", (await azure.SendAsync("GET", AzureEmulator.Workspace)).Code);
        Assert.Equal("ResourceNotFound", (await azure.SendAsync("GET", AzureEmulator.Workspace + "/datastores/mine")).Code);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("")]
    [InlineData("{\"location\":5}")]
    [InlineData("{\"location\":\"eastus\",\"location\":\"westus\"}")]
    public async Task Body_ThatIsNotAsDocumented_IsRefused(string body)
    {
        await using var azure = await AzureEmulator.StartAsync();
        var answer = await azure.SendAsync("PUT", AzureEmulator.Group + "2", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Body!["error"]!["message"]);
    }

    [Fact]
    public async Task SystemData_OfAResource_TellsWhoTheTokenNames()
    {
        await using var azure = await AzureEmulator.StartAsync(withWorkspace: false);
        var claims = System.Buffers.Text.Base64Url.EncodeToString("""{"upn":"ada@example.com"}"""u8);
        var made = await azure.SendAsync("PUT", AzureEmulator.Group, """{"location":"eastus"}""", ("Authorization", $"Bearer e30.{claims}.x"));
        Assert.Equal(("ada@example.com", "User"), ((string?)made.Body!["systemData"]!["createdBy"], (string?)made.Body["systemData"]!["createdByType"]));
        var nonsense = await azure.SendAsync("GET", AzureEmulator.Group, null, ("Authorization", "Bearer a.!!!.b"));
        Assert.Equal(HttpStatusCode.OK, nonsense.Status);
    }

    [Fact]
    public async Task Resource_OfAnUnknownProviderOrType_IsToldApart()
    {
        await using var azure = await AzureEmulator.StartAsync();
        Assert.Equal("InvalidResourceNamespace", (await azure.SendAsync("PUT", AzureEmulator.Group + "/providers/Microsoft.Compute/virtualMachines/vm", "{}")).Code);
        Assert.Equal("InvalidResourceType", (await azure.SendAsync("GET", AzureEmulator.Workspace + "/toasters/t")).Code);
        Assert.Equal("NotFound", (await azure.SendAsync("POST", AzureEmulator.Workspace + "/listKeys")).Code);
    }
}
