using System.Text.Json.Nodes;
using Isobar.MultiCloud.Manifests;

namespace Isobar.MultiCloud.Tests.Manifests;

/// <summary>Manifests are read whole, and every fault is named with its place.</summary>
public sealed class ManifestReaderTests
{
    private const string Good = """
        name: birds
        team: research
        data:
          penguins: { path: penguins.csv, residency: [eu] }
        models:
          species:
            training:
              algorithm: boosted-trees
              task: multiclass
              label: species
              data: { train: penguins }
              hyperParameters: { trees: 20 }
              maxRunTime: 15m
              spot: true
            promotion:
              gates: [ { metric: "validation:accuracy", atLeast: 0.9 } ]
            service:
              clouds: [aws, gcp]
              traffic: { aws: 70, gcp: 30 }
        budget: { monthly: 100 }
        """;

    [Fact]
    public void Read_AGoodManifest_GivesItsValues()
    {
        var (manifest, faults) = ManifestReader.Read(Good, ["aws", "gcp"]);
        Assert.Empty(faults);
        var model = manifest!.Models!["species"];
        Assert.Equal(("20", 900d, true, 4), (model.Training!.HyperParameters!["trees"], model.Training.MaxRunTime, model.Training.Spot, model.Training.MaxAttempts));
        Assert.Equal((70d, "active-active"), (model.Service!.Traffic!["aws"], model.Service.Mode));
        Assert.Equal((100m, 80d, true), (manifest.Budget!.Monthly, manifest.Budget.WarnAt, manifest.Budget.StopNewWork));
        Assert.Equal("text/csv;header=present", manifest.Data!["penguins"].ContentType);
    }

    [Fact]
    public void Read_ManyFaults_TellsEachWithLineAndColumn()
    {
        const string bad = """
            name: Birds
            data:
              penguins: { path: penguins.csv, cloud: aws }
            models:
              species:
                training:
                  algorithm: boosted-trees
                  task: multiclas
                  data: { train: pinguins }
                  maxRunTime: soon
                servise: {}
            """;
        var (manifest, faults) = ManifestReader.Read(bad);
        Assert.Null(manifest);
        Assert.Equal(["1:7 name", "8:13 models.species.training.task", "10:19 models.species.training.maxRunTime", "11:5 models.species.servise"], faults.Select(f => $"{f.Line}:{f.Column} {f.Path}"));
        Assert.Contains("multiclass", faults[1].Message, StringComparison.Ordinal);
        Assert.Contains("service", faults[3].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clouds: [aws, gcp]", "clouds: [aws, ibm]", "18:21 models.species.service.clouds[1]")]
    [InlineData("traffic: { aws: 70, gcp: 30 }", "traffic: { azure: 70 }", "19:25 models.species.service.traffic.azure")]
    [InlineData("data: { train: penguins }", "data: { train: pinguins }", "11:22 models.species.training.data.train")]
    [InlineData("data: { train: penguins }", "data: { test: penguins }", "11:13 models.species.training.data")]
    [InlineData("label: species", "seed: 1", "8:7 models.species.training.label")]
    [InlineData("{ path: penguins.csv, residency: [eu] }", "{ residency: [eu] }", "4:13 data.penguins")]
    [InlineData("atLeast: 0.9", "", "16:16 models.species.promotion.gates[0]")]
    public void Read_WhatOnlyTheWholeShows_HasItsPlace(string from, string to, string at)
    {
        var (_, faults) = ManifestReader.Read(Good.Replace(from, to, StringComparison.Ordinal), ["aws", "gcp"]);
        Assert.Contains(at, faults.Select(f => $"{f.Line}:{f.Column} {f.Path}"));
    }

    [Theory]
    [InlineData("name: [")]
    [InlineData("")]
    [InlineData("a\n---\nb")]
    [InlineData("- 1")]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\ni: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h]\nj: &j [*i,*i,*i,*i,*i,*i,*i,*i,*i]\nk: &k [*j,*j,*j,*j,*j,*j,*j,*j,*j]\nl: [*k,*k,*k,*k,*k,*k,*k,*k,*k]")]
    public void Read_WhatIsNoManifest_IsAFaultAndNoException(string text) => Assert.NotEmpty(ManifestReader.Read(text).Faults);

    [Fact]
    public void Schema_OfManifests_KnowsWhatTheReaderKnows()
    {
        var schema = ManifestSchema.Create();
        var training = schema["properties"]!["models"]!["additionalProperties"]!["properties"]!["training"]!;
        Assert.Equal(["data"], training["required"]!.AsArray().Select(r => r!.GetValue<string>()));
        Assert.Contains("multiclass", training["properties"]!["task"]!["enum"]!.AsArray().Select(r => r!.GetValue<string>()));
        Assert.False(schema["additionalProperties"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Schema_InDocs_IsTheOneOfTheCode()
    {
        var path = Path.Combine(Repository.Root, "docs", "specs", "manifest.schema.json");
        Assert.True(JsonNode.DeepEquals(ManifestSchema.Create(), JsonNode.Parse(await File.ReadAllTextAsync(path))), "Write it anew: isobar schema > docs/specs/manifest.schema.json");
    }
}
