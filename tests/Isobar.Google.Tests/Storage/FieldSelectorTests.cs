using System.Text.Json.Nodes;
using Isobar.Google.Storage;

namespace Isobar.Google.Tests.Storage;

public sealed class FieldSelectorTests
{
    [Theory]
    [InlineData("kind", """{"kind":"k"}""")]
    [InlineData("items(name,size),next", """{"items":[{"name":"a","size":"1"}],"next":"n"}""")]
    [InlineData("items/name", """{"items":[{"name":"a"}]}""")]
    [InlineData("items/owner/id,kind", """{"kind":"k","items":[{"owner":{"id":"7"}}]}""")]
    [InlineData("*", """{"kind":"k","items":[{"name":"a","size":"1","owner":{"id":"7","tag":"t"}}],"next":"n"}""")]
    public void Keep_Selection_LeavesOnlyIt(string fields, string expected)
    {
        var document = (JsonObject)JsonNode.Parse("""{"kind":"k","items":[{"name":"a","size":"1","owner":{"id":"7","tag":"t"}}],"next":"n"}""")!;
        FieldSelector.Keep(document, fields);
        Assert.Equal(expected, document.ToJsonString());
    }

    [Theory]
    [InlineData("((((")]
    [InlineData("a(b")]
    [InlineData(",,)")]
    public void Keep_Nonsense_EndsWithoutHarm(string fields) => FieldSelector.Keep(new JsonObject { ["a"] = 1 }, fields);
}
