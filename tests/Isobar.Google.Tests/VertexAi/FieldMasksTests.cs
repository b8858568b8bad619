using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.Tests.VertexAi;

public sealed class FieldMasksTests
{
    [Fact]
    public void Merge_NamedFields_AreReplacedAndOthersKept()
    {
        var into = new Endpoint { DisplayName = "old", Description = "kept", Labels = { ["a"] = "1" } };
        FieldMasks.Merge(new FieldMask { Paths = { "display_name", "labels" } }, new Endpoint { DisplayName = "new", Description = "lost", Labels = { ["b"] = "2" } }, into, ["display_name", "labels"]);
        Assert.Equal(("new", "kept", "2"), (into.DisplayName, into.Description, Assert.Single(into.Labels).Value));
    }

    [Fact]
    public void Merge_FieldThatIsNotTheCallers_IsInvalid() =>
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => FieldMasks.Merge(new FieldMask { Paths = { "name" } }, new Endpoint(), new Endpoint(), ["display_name"])).StatusCode);
}
