using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class CommandTemplateTests
{
    private static readonly Dictionary<string, string> Values = new() { ["inputs.data"] = "/in", ["outputs.model"] = "/out" };

    [Theory]
    [InlineData("train ${{inputs.data}} ${{ outputs.model }}", "train /in /out")]
    [InlineData("no references, $HOME and ${X}", "no references, $HOME and ${X}")]
    public void Fill_OfWhatIsThere_Replaces(string command, string filled) => Assert.Equal(filled, CommandTemplate.Fill(command, Values, "command"));

    [Fact]
    public void Fill_OfWhatIsNot_NamesIt() => Assert.Contains("inputs.other", Assert.Throws<ArmFault>(() => CommandTemplate.Fill("${{inputs.other}}", Values, "command")).Message);
}
