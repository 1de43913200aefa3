using System.Xml.Linq;

namespace PyramidOT.Cli.Experiments;

/// <summary>What an experiment found.</summary>
/// <param name="Title">The heading of its page.</param>
/// <param name="Introduction">What was done, a paragraph each.</param>
/// <param name="Sections">Its parts.</param>
internal sealed record ExperimentResult(string Title, IReadOnlyList<string> Introduction, IReadOnlyList<ExperimentSection> Sections)
{
    /// <summary>All tables, in order.</summary>
    public IEnumerable<ExperimentTable> Tables => Sections.SelectMany(section => section.Tables);
}

/// <summary>A part of an experiment.</summary>
/// <param name="Heading">What it is.</param>
/// <param name="Texts">What was done and what it shows, a paragraph each.</param>
internal sealed record ExperimentSection(string Heading, IReadOnlyList<string> Texts)
{
    /// <summary>Its pictures.</summary>
    public IReadOnlyList<ExperimentPicture> Pictures { get; init; } = [];

    /// <summary>Its tables.</summary>
    public IReadOnlyList<ExperimentTable> Tables { get; init; } = [];
}

/// <summary>A picture and its caption.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Remark">What there is to say about it, in a line.</param>
/// <param name="Drawing">The picture.</param>
internal sealed record ExperimentPicture(string Name, string Remark, XElement Drawing)
{
    /// <summary>Whether it takes the page's width, not a column.</summary>
    public bool IsWide { get; init; }
}
