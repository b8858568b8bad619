using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.Tests.Arm;

public sealed class ArmIdTests
{
    private const string Job = "/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W/jobs/J";

    [Fact]
    public void Parse_OfANestedResource_KnowsItsParts()
    {
        var id = ArmId.Parse(Job);
        Assert.Equal(("S", "G", "J", "Microsoft.MachineLearningServices/workspaces/jobs"), (id.Subscription, id.ResourceGroup, id.Name, id.Type));
        Assert.Equal(Job[..^7], id.Parent.Text);
        Assert.Equal("/subscriptions/S/resourceGroups/G", id.Parent.Parent.Text);
        Assert.Equal("W", id.Ancestor("microsoft.machinelearningservices/workspaces")!.Name);
        Assert.Equal(Job.ToLowerInvariant(), id.Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative/path")]
    [InlineData("/subscriptions")]
    [InlineData("/tenants/t")]
    [InlineData("/subscriptions/S/resourceGroups")]
    [InlineData("/subscriptions/S//G")]
    public void TryParse_OfWhatIsNoId_IsNull(string text) => Assert.Null(ArmId.TryParse(text));

    [Theory]
    [InlineData("/subscriptions/S", "Microsoft.Resources/subscriptions")]
    [InlineData("/subscriptions/S/resourcegroups/G", "Microsoft.Resources/resourceGroups")]
    [InlineData("/subscriptions/S/providers/N/t/x", "N/t")]
    public void Type_OfEachLevel_IsKnown(string text, string type) => Assert.Equal(type, ArmId.Parse(text).Type);
}
