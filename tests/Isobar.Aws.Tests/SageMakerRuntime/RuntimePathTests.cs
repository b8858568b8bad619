using Isobar.Aws.SageMakerRuntime;

namespace Isobar.Aws.Tests.SageMakerRuntime;

public sealed class RuntimePathTests
{
    [Theory]
    [InlineData("/endpoints/my-endpoint/invocations", 1)]
    [InlineData("/endpoints/my-endpoint/async-invocations", 2)]
    [InlineData("/endpoints/my-endpoint/invocations-response-stream", 3)]
    [InlineData("/endpoints//invocations", 0)]
    [InlineData("/endpoints/a/b/invocations", 0)]
    [InlineData("/endpoints/a", 0)]
    [InlineData("/bucket/endpoints/a/invocations", 0)]
    [InlineData("/", 0)]
    public void Operation_Path_IsTold(string path, int operation) => Assert.Equal((RuntimeOperation)operation, RuntimePath.Operation(path));

    [Fact]
    public void Endpoint_Path_GivesName() => Assert.Equal("my-endpoint", RuntimePath.Endpoint("/endpoints/my-endpoint/invocations").ToString());
}
