using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.Tests.Protocols;

public sealed class WireValidatorTests
{
    [Fact]
    public void Check_SeveralFaults_ReportsAllInAwsWords()
    {
        var faults = WireValidator.Check(new SampleRequest { Name = "ABCDEF", Count = 9, Colour = "Blue", Parts = [new SamplePart { Key = "k" }, new SamplePart()] });

        Assert.Equal(
            "5 validation errors detected: " +
            "Value 'ABCDEF' at 'name' failed to satisfy constraint: Member must have length less than or equal to 5; " +
            "Value 'ABCDEF' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+; " +
            "Value '9' at 'count' failed to satisfy constraint: Member must have value less than or equal to 3; " +
            "Value 'Blue' at 'colour' failed to satisfy constraint: Member must satisfy enum value set: [Red, Green]; " +
            "Value null at 'parts.2.member.key' failed to satisfy constraint: Member must not be null",
            WireValidator.Message(faults));
    }

    [Fact]
    public void Check_BadListItem_NamesTheConstraintOfItems() =>
        Assert.Equal(
            "1 validation error detected: Value '[okay, x]' at 'words' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 3]",
            WireValidator.Message(WireValidator.Check(new SampleRequest { Name = "a", Words = ["okay", "x"] })));

    [Fact]
    public void Check_PatternWithTrailingNewline_IsRefused() =>
        Assert.Single(WireValidator.Check(new SampleRequest { Name = "a\n" }));

    [Fact]
    public void Check_ValidRequest_FindsNothing() =>
        Assert.Empty(WireValidator.Check(new SampleRequest { Name = "abc", Count = 1, Colour = "Red", Words = ["a"], Facts = new() { ["a"] = "b" } }));
}
