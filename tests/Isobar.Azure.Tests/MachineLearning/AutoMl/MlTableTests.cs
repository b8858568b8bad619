using Isobar.Azure.MachineLearning.Jobs.AutoMl;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Algorithms;

namespace Isobar.Azure.Tests.MachineLearning.AutoMl;

public sealed class MlTableTests
{
    [Fact]
    public void Parse_DelimitedFilesWithoutAColumn_SaysWhereAndHow()
    {
        var table = MlTable.Parse("""
            type: mltable
            paths:
              - pattern: ./*.csv
              - file: azureml://datastores/other/paths/more.csv
            transformations:
              - read_delimited:
                  delimiter: ","
                  encoding: utf8
                  header: all_files_same_headers
              - drop_columns: ["id", "seen"]
            """, "field");
        Assert.Equal([new MlTablePath("pattern", "./*.csv"), new MlTablePath("file", "azureml://datastores/other/paths/more.csv")], table.Paths);
        Assert.Equal(DataFormat.CsvWithHeader, table.Format);
        Assert.Equal(["id", "seen"], table.Drop);
    }

    [Theory]
    [InlineData("paths: []", "ValidationError", "needs paths")]
    [InlineData("- a list", "ValidationError", "must be a mapping")]
    [InlineData("paths: [\n", "ValidationError", "is no YAML")]
    [InlineData("paths: [{file: a}]\ntraits: {}", "OperationNotSupported", "traits")]
    [InlineData("paths: [{file: a}]\ntransformations: [{take: 5}]", "OperationNotSupported", "take")]
    [InlineData("paths: [{file: a}]\ntransformations: [{read_delimited: {delimiter: ';'}}]", "OperationNotSupported", "delimiter ';'")]
    public void Parse_NotAsDocumentedOrNotBuilt_IsNamed(string text, string code, string expected)
    {
        var fault = Assert.Throws<ArmFault>(() => MlTable.Parse(text, "properties.taskDetails.trainingData.uri"));
        Assert.Equal(code, fault.Code);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }
}
