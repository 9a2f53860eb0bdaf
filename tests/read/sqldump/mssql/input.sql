USE [shop]
GO
SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[Items](
	[ID] [int] IDENTITY(1,1) NOT NULL,
	[SKU] [nvarchar](20) NULL,
	[Odd]]Name] [money] NULL,
 CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([ID] ASC)
) ON [PRIMARY]
GO
CREATE PROCEDURE [dbo].[p] AS
INSERT [dbo].[Items] VALUES (99, N'not a row');
INSERT [dbo].[Items] VALUES (98, N'nor this');
GO
SET IDENTITY_INSERT [dbo].[Items] ON 
INSERT [dbo].[Items] ([ID], [SKU], [Odd]]Name]) VALUES (1, N'P-100', CAST(12.5000 AS Money))
INSERT [dbo].[Items] ([ID], [SKU], [Odd]]Name]) VALUES (2, N'it''s \ "x"', NULL)
GO
INSERT INTO dbo.Items VALUES (3, N'a', CONVERT(decimal(10, 2), N'1.50')), (4, 'b', CAST(0x0000A AS varbinary(4)));
PRINT 'done'
GO
