using System.Reflection;
using Isobar.Aws.Protocols.Validation;
using Isobar.Aws.SageMaker;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.Tests.SageMaker;

public sealed class WireTests
{
    [Fact]
    public void Patterns_OfEveryRecord_AreRegularExpressionsOfThisPlatform()
    {
        var patterns = typeof(CreateModelInput).Assembly.GetTypes().Where(t => t.Namespace == typeof(CreateModelInput).Namespace)
            .SelectMany(t => t.GetProperties()).SelectMany(p => p.GetCustomAttributes<PatternAttribute>()).ToList();

        Assert.True(patterns.Count > 100);
        Assert.All(patterns, p => Assert.NotNull(p.Regex));
    }

    [Fact]
    public void Reshape_RequestToDescription_CarriesMembersOfTheSameName()
    {
        var request = new CreateModelInput { ModelName = "m", PrimaryContainer = new ContainerDefinition { Image = "i", Environment = new Dictionary<string, string> { ["A"] = "b" } }, ExecutionRoleArn = "r" };

        var described = SageMakerJson.Reshape<DescribeModelOutput>(request);

        Assert.Equal(("m", "i", "b", "r"), (described.ModelName, described.PrimaryContainer!.Image, described.PrimaryContainer.Environment!["A"], described.ExecutionRoleArn));
    }
}
