libsluice_a_SOURCES += \
	src/read/bai2_account.c src/read/bai2_account.h \
	src/read/bank_check.c src/read/bank_check.h \
	src/read/camt_check.c src/read/camt_check.h \
	src/read/cell.c src/read/cell.h \
	src/read/charset.c src/read/charset.h \
	src/read/checksum.c src/read/checksum.h \
	src/read/cobol_float.c \
	src/read/cobol_frame.c src/read/cobol_frame.h \
	src/read/cobol_number.c src/read/cobol_number.h \
	src/read/cobol_type.c src/read/cobol_type.h \
	src/read/cobol_walk.c src/read/cobol_walk.h \
	src/read/columns.c src/read/columns.h \
	src/read/copy_file.c src/read/copy_file.h \
	src/read/copy_lines.c src/read/copy_lines.h \
	src/read/copy_text.c src/read/copy_text.h \
	src/read/copybook.c src/read/copybook.h \
	src/read/copybook_layout.c \
	src/read/copybook_picture.c \
	src/read/csv_detect.c src/read/csv_detect.h \
	src/read/csv_split.c src/read/csv_split.h \
	src/read/dbf_head.c src/read/dbf_head.h \
	src/read/dbf_memo.c src/read/dbf_memo.h \
	src/read/dbf_value.c src/read/dbf_value.h \
	src/read/detect.c src/read/detect.h \
	src/read/detect_encoding.c \
	src/read/detect_kind.c \
	src/read/detect_table.c \
	src/read/draft.c src/read/draft.h \
	src/read/edi_input.c src/read/edi_input.h \
	src/read/edi_layout.c src/read/edi_layout.h \
	src/read/edi_layouts.c \
	src/read/edi_place.c src/read/edi_place.h \
	src/read/edi_segment.c src/read/edi_segment.h \
	src/read/edifact.h \
	src/read/edifact_ack.c src/read/edifact_ack.h \
	src/read/edifact_message.c \
	src/read/edifact_segment.c \
	src/read/edifact_syntax.c src/read/edifact_syntax.h \
	src/read/fx_layout.c src/read/fx_layout.h \
	src/read/fx_line.c src/read/fx_line.h \
	src/read/fx_number.c src/read/fx_number.h \
	src/read/fx_rule.c src/read/fx_rule.h \
	src/read/fx_totals.c src/read/fx_totals.h \
	src/read/grid.c src/read/grid.h \
	src/read/hist_clock.c src/read/hist_clock.h \
	src/read/hist_group.c src/read/hist_group.h \
	src/read/hist_window.c src/read/hist_window.h \
	src/read/idoc_layout.c src/read/idoc_layout.h \
	src/read/idoc_xml.c src/read/idoc_xml.h \
	src/read/input.c src/read/input.h \
	src/read/input_zip.c src/read/input_zip.h \
	src/read/json_path.c src/read/json_path.h \
	src/read/lzw.c src/read/lzw.h \
	src/read/mt940.h \
	src/read/mt940_details.c \
	src/read/mt940_line.c \
	src/read/mt940_read.c \
	src/read/ods_value.c src/read/ods_value.h \
	src/read/ole.c src/read/ole.h \
	src/read/rd_bai2.c \
	src/read/rd_camt.c \
	src/read/rd_cobol.c \
	src/read/rd_csv.c \
	src/read/rd_dbf.c \
	src/read/rd_edifact.c \
	src/read/rd_fixed.c \
	src/read/rd_historian.c \
	src/read/rd_idoc.c \
	src/read/rd_iif.c \
	src/read/rd_json.c \
	src/read/rd_jsonl.c \
	src/read/rd_mt940.c \
	src/read/rd_odoo.c \
	src/read/rd_ods.c \
	src/read/rd_sqldump.c \
	src/read/rd_x12.c \
	src/read/rd_xlsx.c \
	src/read/rd_xml.c \
	src/read/read_conf.c src/read/read_conf.h \
	src/read/reader.c src/read/reader.h \
	src/read/sniff.c src/read/sniff.h \
	src/read/sql_columns.c src/read/sql_columns.h \
	src/read/sql_skip.c src/read/sql_skip.h \
	src/read/sql_table.c src/read/sql_table.h \
	src/read/sql_text.c src/read/sql_text.h \
	src/read/sql_value.c src/read/sql_value.h \
	src/read/survey.c src/read/survey.h \
	src/read/text_in.c src/read/text_in.h \
	src/read/texts.c src/read/texts.h \
	src/read/tree.c src/read/tree.h \
	src/read/x12.h \
	src/read/x12_ack.c src/read/x12_ack.h \
	src/read/x12_marks.c src/read/x12_marks.h \
	src/read/x12_segment.c \
	src/read/x12_set.c \
	src/read/xlsx_book.c src/read/xlsx_book.h \
	src/read/xlsx_text.c src/read/xlsx_text.h \
	src/read/xlsx_value.c src/read/xlsx_value.h \
	src/read/xml_decl.c src/read/xml_decl.h \
	src/read/xml_layout.c src/read/xml_layout.h \
	src/read/xml_part.c src/read/xml_part.h \
	src/read/xml_path.c src/read/xml_path.h \
	src/read/xml_record.c src/read/xml_record.h \
	src/read/xml_stream.c src/read/xml_stream.h \
	src/read/xml_tree.c src/read/xml_tree.h \
	src/read/zip_part.c src/read/zip_part.h
