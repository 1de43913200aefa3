using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

/// <summary>Pairs that are read again.</summary>
public sealed class PairFileTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pairs.npy")]
    [InlineData("pairs.csv")]
    public void What_was_written_is_read(string name)
    {
        // More than one piece of a .npy file.
        int[] sources = [.. Enumerable.Range(0, 20_000).Select(i => i * 7 % 20_000)];
        int[] targets = [.. Enumerable.Range(0, 20_000)];
        double[] masses = [.. targets.Select(i => (i + 1) / 3.0)];
        PairFile.Write(_folder.PathOf(name), sources, targets, default, masses);
        PairTable table = PairFile.Read(_folder.PathOf(name));
        Assert.Equal(sources, table.SourceRows);
        Assert.Equal(targets, table.TargetRows);
        Assert.Equal(name == "pairs.csv" ? masses : null, table.Masses);
    }

    [Fact]
    public void Tables_may_have_their_columns_in_any_order()
    {
        PairTable plan = Read("problem,row,column,mass\n0,1,2,0.5\n0,0,3,1e-9\n");
        Assert.Equal([1, 0], plan.SourceRows);
        Assert.Equal([2, 3], plan.TargetRows);
        Assert.Equal([0.5, 1e-9], plan.Masses!);
        PairTable bare = Read("target,name,source\n4,x,5\n");
        Assert.Equal([5], bare.SourceRows);
        Assert.Equal([4], bare.TargetRows);
        Assert.Null(bare.Masses);
        Assert.Empty(Read("source,target\n").SourceRows);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Refused("its header has no columns 'source' and 'target'", "a,b\n1,2\n");
        Refused("is empty", "");
        Refused("line 2, column 1: a whole number from 0", "source,target\n-1,2\n");
        Refused("line 3, column 2: a whole number from 0", "source,target\n1,2\n3,2.5\n");
        Refused("line 2, column 3: 'NaN'", "source,target,mass\n1,2,NaN\n");
        Refused("line 2, column 3: the mass -0.5 is negative", "source,target,mass\n1,2,-0.5\n");
        Refused("line 2, column 1: the plan of one problem", "problem,row,column,mass\n1,0,0,1\n");
        Refused("line 2: the row has 1 fields; 2 are expected", "source,target\n1\n");
        RefusedNpy("pairs have the shape (n, 2)", "<i4", "(3, 1)", 1, 2, 3);
        RefusedNpy("holds float32", "<f4", "(1, 2)", 1, 2);
        RefusedNpy("the element at [1, 0] is -1", "<i8", "(2, 2)", 0, 1, -1, 2);
        Assert.Throws<ArgumentException>(() => PairFile.Read(_folder.PathOf("pairs.txt")));
        Assert.Contains("no such file", Assert.Throws<PointFileException>(() => PairFile.Read(_folder.PathOf("x.npy"))).Message, StringComparison.Ordinal);

        void Refused(string part, string text) =>
            Assert.Contains(part, Assert.Throws<PointFileException>(() => Read(text)).Message, StringComparison.Ordinal);

        void RefusedNpy(string part, string type, string shape, params double[] numbers)
        {
            string path = _folder.Write(NpyTestFolder.HeaderText(type, shape), NpyTestFolder.Data(type, numbers));
            Assert.Contains(part, Assert.Throws<PointFileException>(() => PairFile.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    private PairTable Read(string text)
    {
        File.WriteAllText(_folder.PathOf("t.csv"), text);
        return PairFile.Read(_folder.PathOf("t.csv"));
    }
}
