using Grpc.Core;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Tests.VertexAi;

public sealed class ResourceNameTests
{
    [Fact]
    public void Parse_Name_IsScopedInTheEngine() =>
        Assert.Equal("gcp/projects/p/locations/l/models/7", ResourceName.Parse("projects/p/locations/l/models/7", "models").Engine);

    [Theory]
    [InlineData("projects/p/locations/l/endpoints/7")]
    [InlineData("projects/p/locations/l/models/")]
    [InlineData("projects/../locations/l/models/7/8")]
    [InlineData("models/7")]
    public void Parse_OtherName_IsInvalid(string name) => Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => ResourceName.Parse(name, "models")).StatusCode);

    [Fact]
    public void New_WithoutId_IsANumber() => Assert.Matches("^[0-9]{18}$", ResourceName.New("projects/p/locations/l", "models").Id);

    [Theory]
    [InlineData("Upper")]
    [InlineData("-x")]
    [InlineData("a/b")]
    public void New_BadId_IsInvalid(string id) => Assert.Throws<RpcException>(() => ResourceName.New("projects/p/locations/l", "models", id));
}
