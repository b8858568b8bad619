using System.Net;

namespace Isobar.Azure.Tests.Blobs;

public sealed class BlobProtocolTests
{
    [Theory]
    [InlineData("PUT", "/acc/UPPER?restype=container", 400, "InvalidResourceName")]
    [InlineData("PUT", "/acc/a--b?restype=container", 400, "InvalidResourceName")]
    [InlineData("PUT", "/acc/box/blob", 400, "MissingRequiredHeader")]
    [InlineData("GET", "/acc/none?restype=container&comp=list", 404, "ContainerNotFound")]
    [InlineData("GET", "/acc/none/blob", 404, "ContainerNotFound")]
    [InlineData("GET", "/acc/box/blob", 404, "BlobNotFound")]
    [InlineData("PUT", "/acc/box/blob?comp=block&blockid=!!", 400, "InvalidQueryParameterValue")]
    [InlineData("PUT", "/acc/box/blob?comp=blocklist", 400, "InvalidXmlDocument")]
    [InlineData("PUT", "/acc/box/blob?comp=lease", 404, "BlobNotFound")]
    [InlineData("PUT", "/acc/box/blob?comp=page", 501, "NotImplemented")]
    [InlineData("GET", "/acc?comp=blobs", 400, "InvalidQueryParameterValue")]
    [InlineData("GET", "/acc/box?restype=container&comp=list&maxresults=none", 400, "InvalidQueryParameterValue")]
    public async Task Request_ThatCannotBeDone_SaysWhy(string method, string path, int status, string code)
    {
        await using var azure = await AzureEmulator.StartAsync(withWorkspace: false);
        Assert.Equal(HttpStatusCode.Created, (await azure.AskAsync("PUT", azure.Url + "/acc/box?restype=container")).Status);
        var answer = await azure.AskAsync(method, azure.Url + path, method == "PUT" && !path.Contains("restype", StringComparison.Ordinal) ? "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>" : null);
        Assert.Equal((status, code), ((int)answer.Status, answer.Message.Headers.GetValues("x-ms-error-code").Single()));
    }

    [Fact]
    public async Task Account_InTheHostsName_IsThatOfThePath()
    {
        await using var azure = await AzureEmulator.StartAsync(withWorkspace: false);
        await azure.AskAsync("PUT", azure.Url + "/acc/box?restype=container");
        var put = await azure.AskAsync("PUT", azure.Url + "/box/a%2Fb.txt", "text", ("Host", "acc.blob.localhost"), ("x-ms-blob-type", "BlockBlob"));
        Assert.Equal(HttpStatusCode.Created, put.Status);
        Assert.Equal(HttpStatusCode.OK, (await azure.AskAsync("HEAD", azure.Url + "/acc/box/a/b.txt")).Status);
    }
}
